"""The PyTorch side of `tests/bench.sh peer`.

Answers requests on standard input, one a line, the first two with the seconds they took, the last
with the examples a second that members, one step of each in turn, train on in sum:
    train MODEL EXAMPLES EPOCHS SESSIONS [BATCH]
    evaluate MODEL EXAMPLES SESSIONS
    rate MODEL EXAMPLES BATCH SECONDS MEMBERS
A session begins with bytes: they are normalised once, as a resident set, of which every
mini-batch is a shuffled gather. Initial weights are restored between sessions, outside of the time.
"""

import copy
import math
import os
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

BATCH = 128

# The processor, but for tests/gpu.sh.
DEVICE = torch.device(os.environ.get("PEER_DEVICE", "cpu"))
EVALUATION_BATCH = 1000


class Mlp(nn.Module):
    def __init__(self, h):
        super().__init__()
        self.hidden1 = nn.Linear(784, h)
        self.hidden2 = nn.Linear(h, h)
        self.output = nn.Linear(h, 10)

    def forward(self, x):
        return self.output(F.relu(self.hidden2(F.relu(self.hidden1(x.flatten(1))))))


class UniformMixture(nn.Module):
    """k networks, trained on the mean of their logits."""

    def __init__(self, k, h):
        super().__init__()
        self.networks = nn.ModuleList(Mlp(h) for _ in range(k))

    def forward(self, x):
        return torch.stack([network(x) for network in self.networks]).mean(0)


class Expert(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.linear = nn.Linear(inputs, outputs)

    def forward(self, x):
        return F.relu(self.linear(x))


class Mixture(nn.Module):
    """A gate over experts and, after growth, over mixtures in the place of experts."""

    def __init__(self, inputs, children):
        super().__init__()
        self.gate = nn.Linear(inputs, len(children))
        self.parts = nn.ModuleList(children)

    def forward(self, x):
        gates = F.softmax(self.gate(x), dim=1)
        return sum(gates[:, j : j + 1] * part(x) for j, part in enumerate(self.parts))


def grown(inputs, outputs, experts):
    """A mixture of two experts, of which expert i is split in growth i."""
    root = Mixture(inputs, [Expert(inputs, outputs), Expert(inputs, outputs)])
    places = [(root, 0), (root, 1)]
    for i in range(experts - 2):
        parent, j = places[i]
        old = parent.parts[j]
        split = Mixture(inputs, [old, copy.deepcopy(old)])
        parent.parts[j] = split
        places[i] = (split, 0)
        places.append((split, 1))
    return root


def flat(inputs, outputs, experts):
    """A mixture that has not grown."""
    return Mixture(inputs, [Expert(inputs, outputs) for _ in range(experts)])


class MixtureMlp(nn.Module):
    def __init__(self, h, experts, mixture):
        super().__init__()
        self.hidden1 = mixture(784, h, experts)
        self.hidden2 = mixture(h, h, experts)
        self.output = nn.Linear(h, 10)

    def forward(self, x):
        return self.output(self.hidden2(self.hidden1(x.flatten(1))))


class Vgg(nn.Sequential):
    """VGG19 with batch normalisation, every convolution of c channels."""

    def __init__(self, c):
        layers = []
        inputs = 3
        for convolutions in (2, 2, 4, 4, 4):
            for _ in range(convolutions):
                layers += [
                    nn.Conv2d(inputs, c, 3, padding=1),
                    nn.BatchNorm2d(c),
                    nn.ReLU(inplace=True),
                ]
                inputs = c
            layers.append(nn.MaxPool2d(2))
        super().__init__(*layers, nn.Flatten(), nn.Linear(c, 10))


class Attention(nn.Module):
    def __init__(self, positions, width, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        later = torch.full((positions, positions), float("-inf")).triu(1)
        self.register_buffer("later", later)

    def forward(self, x):
        n, t, d = x.shape
        q, k, v = (
            part.view(n, t, self.heads, -1).transpose(1, 2).reshape(n * self.heads, t, -1)
            for part in self.qkv(x).split(d, dim=2)
        )
        scores = torch.baddbmm(self.later, q, k.transpose(1, 2), alpha=k.shape[2] ** -0.5)
        mixed = torch.bmm(F.softmax(scores, dim=2), v)
        return self.out(mixed.view(n, self.heads, t, -1).transpose(1, 2).reshape(n, t, d))


class FeedForward(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.up = nn.Linear(width, 4 * width)
        self.down = nn.Linear(4 * width, width)

    def forward(self, x):
        return self.down(F.relu(self.up(x), inplace=True))


class Switch(nn.Module):
    """Experts of which a token goes to one, if that has room (capacity factor 1, per sequence)."""

    def __init__(self, width, experts):
        super().__init__()
        self.gate = nn.Linear(width, experts, bias=False)
        self.experts = nn.ModuleList(FeedForward(width) for _ in range(experts))

    def forward(self, x):
        n, t, d = x.shape
        k = len(self.experts)
        probabilities = F.softmax(self.gate(x), dim=2)
        share, choice = probabilities.max(2)
        chosen = F.one_hot(choice, k)
        self.penalty = 0.01 * k * torch.dot(
            chosen.float().mean((0, 1)), probabilities.mean((0, 1))
        )
        taken = (chosen.cumsum(1) <= -(-t // k)) & (chosen == 1)
        rows = x.view(n * t, d)
        out = torch.zeros_like(rows)
        for e, expert in enumerate(self.experts):
            own = taken[:, :, e].flatten().nonzero().squeeze(1)
            out = out.index_copy(0, own, expert(rows.index_select(0, own)))
        return out.view(n, t, d) * share.unsqueeze(2)


class Block(nn.Module):
    def __init__(self, positions, width, heads, dropout, experts):
        super().__init__()
        self.norm1 = nn.LayerNorm(width)
        self.attention = Attention(positions, width, heads)
        self.norm2 = nn.LayerNorm(width)
        self.feed_forward = Switch(width, experts) if experts else FeedForward(width)
        self.dropout = dropout

    def forward(self, x):
        x = x + F.dropout(self.attention(self.norm1(x)), self.dropout, self.training)
        return x + F.dropout(self.feed_forward(self.norm2(x)), self.dropout, self.training)


class Transformer(nn.Module):
    """Decoder-only: pre-norm, learned positions, tied output; experts in every other block."""

    def __init__(self, vocabulary, positions, layers, width, heads, dropout, experts=0):
        super().__init__()
        self.tokens = nn.Embedding(vocabulary, width)
        self.positions = nn.Parameter(torch.empty(positions, width))
        nn.init.uniform_(self.tokens.weight, -0.035, 0.035)
        nn.init.uniform_(self.positions, -0.035, 0.035)
        self.blocks = nn.ModuleList(
            Block(positions, width, heads, dropout, experts if i % 2 else 0)
            for i in range(layers)
        )
        self.norm = nn.LayerNorm(width)
        self.dropout = dropout

    def forward(self, x):
        x = F.dropout(self.tokens(x) + self.positions, self.dropout, self.training)
        for block in self.blocks:
            x = block(x)
        return F.linear(self.norm(x), self.tokens.weight).flatten(0, 1)

    def penalty(self):
        return sum(getattr(block.feed_forward, "penalty", 0) for block in self.blocks)


def adam(parameters):
    return torch.optim.Adam(parameters, lr=0.0015, betas=(0.9, 0.99), foreach=True)


def sgd(parameters):
    return torch.optim.SGD(parameters, lr=0.01, momentum=0.9, weight_decay=1e-4, foreach=True)


def adadelta(parameters):
    """The faster form: foreach pays on a core from some ten tensors on."""
    parameters = list(parameters)
    foreach = len(parameters) > 10
    return torch.optim.Adadelta(parameters, lr=1.0, rho=0.9, eps=1e-6, foreach=foreach)


class Images:
    """Random bytes of a shape, and how they are normalised."""

    def __init__(self, shape, mean, std):
        self.shape = shape
        mean = torch.tensor(mean, device=DEVICE).view(-1, 1, 1)
        std = torch.tensor(std, device=DEVICE).view(-1, 1, 1)
        self.scale = 1 / (255 * std)
        self.shift = -mean / std

    def draw(self, count):
        generator = torch.Generator().manual_seed(3)
        pixels = torch.randint(
            0, 256, (count, *self.shape), dtype=torch.uint8, generator=generator
        )
        labels = torch.randint(0, 10, (count,), generator=generator)
        return pixels.to(DEVICE), labels.to(DEVICE)

    def normalised(self, pixels):
        return pixels.float().mul_(self.scale).add_(self.shift)


class Tokens:
    """Random sequences; each token but the first is to be predicted."""

    def __init__(self, vocabulary, positions):
        self.vocabulary = vocabulary
        self.positions = positions

    def draw(self, count):
        generator = torch.Generator().manual_seed(3)
        tokens = torch.randint(
            0, self.vocabulary, (count, self.positions + 1), generator=generator
        ).to(DEVICE)
        return tokens[:, :-1].contiguous(), tokens[:, 1:].contiguous()

    def normalised(self, tokens):
        return tokens


MNIST = Images((1, 28, 28), [0.1307], [0.3081])
CIFAR = Images((3, 32, 32), [0.4914, 0.4822, 0.4465], [0.2470, 0.2435, 0.2616])

SHAKESPEARE = Tokens(65, 128)

# Each model: how to make it, what it is fed, its optimiser. A new row of the table needs a line
# here and one in PeerRows.java.
MODELS = {
    "mlp-64": (lambda: Mlp(64), MNIST, adadelta),
    "mlp-200": (lambda: Mlp(200), MNIST, adadelta),
    "mlp-800": (lambda: Mlp(800), MNIST, adadelta),
    "mlp-2048": (lambda: Mlp(2048), MNIST, adadelta),
    "umix-4": (lambda: UniformMixture(4, 64), MNIST, adadelta),
    "umix-4-2048": (lambda: UniformMixture(4, 2048), MNIST, adadelta),
    "vgg-16": (lambda: Vgg(16), CIFAR, sgd),
    "vgg-32": (lambda: Vgg(32), CIFAR, sgd),
    "vgg-64": (lambda: Vgg(64), CIFAR, sgd),
    "gmoe-11": (lambda: MixtureMlp(64, 11, grown), MNIST, adadelta),
    "moe-4": (lambda: MixtureMlp(64, 4, flat), MNIST, adadelta),
    "moe-4-2048": (lambda: MixtureMlp(2048, 4, flat), MNIST, adadelta),
    "transformer": (lambda: Transformer(65, 128, 4, 128, 4, 0.05), SHAKESPEARE, adam),
    "switch-2": (lambda: Transformer(65, 128, 4, 128, 4, 0.05, 2), SHAKESPEARE, adam),
}


def step(model, optimizer, x, labels):
    """One optimisation step; returns the loss, which waits for the device."""
    optimizer.zero_grad(set_to_none=True)
    loss = F.cross_entropy(model(x), labels.flatten())
    penalty = model.penalty() if isinstance(model, Transformer) else 0
    (loss + penalty).backward()
    optimizer.step()
    return loss.item()


class Side:
    """A model with its start, kept between requests."""

    def __init__(self, name, examples):
        self.make, self.data, self.optimizer = MODELS[name]
        torch.manual_seed(1)
        self.model = self.make().to(DEVICE)
        self.start = copy.deepcopy(self.model.state_dict())
        self.features, self.labels = self.data.draw(examples)

    def train(self, epochs, batch):
        self.model.load_state_dict(self.start)
        self.model.train()
        began = time.perf_counter()
        x = self.data.normalised(self.features)
        optimizer = self.optimizer(self.model.parameters())
        loss_sum = 0.0
        for _ in range(epochs):
            order = torch.randperm(len(x), device=DEVICE)
            for at in range(0, len(x), batch):
                rows = order[at : at + batch]
                labels = self.labels.index_select(0, rows)
                loss = step(self.model, optimizer, x.index_select(0, rows), labels)
                loss_sum += loss * len(rows)
        seconds = time.perf_counter() - began
        if loss_sum != loss_sum:
            raise ArithmeticError("training has diverged")
        return seconds

    def rate(self, batch, seconds, members):
        """After a quarter of the time to warm up."""
        x = self.data.normalised(self.features)
        models = [self.make().to(DEVICE).train() for _ in range(members)]
        sides = [(model, self.optimizer(model.parameters())) for model in models]
        self.run(sides, x, batch, seconds / 4)
        return self.run(sides, x, batch, seconds)

    def run(self, sides, x, batch, seconds):
        examples = 0
        began = time.perf_counter()
        while (passed := time.perf_counter() - began) < seconds:
            for model, optimizer in sides:
                rows = torch.randint(0, len(x), (batch,), device=DEVICE)
                labels = self.labels.index_select(0, rows)
                if not math.isfinite(step(model, optimizer, x.index_select(0, rows), labels)):
                    raise ArithmeticError("training has diverged")
                examples += batch
        return examples / passed

    def evaluate(self):
        self.model.eval()
        began = time.perf_counter()
        with torch.inference_mode():
            x = self.data.normalised(self.features)
            wrong = 0
            for at in range(0, len(x), EVALUATION_BATCH):
                labels = self.labels[at : at + EVALUATION_BATCH]
                predicted = self.model(x[at : at + EVALUATION_BATCH]).argmax(1)
                wrong += (predicted != labels).sum().item()
        return time.perf_counter() - began


def main():
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    device = torch.cuda.get_device_name() if DEVICE.type == "cuda" else DEVICE.type
    print(f"PyTorch {torch.__version__}, {device}, {torch.get_num_threads()} thread", flush=True)
    sides = {}
    for line in sys.stdin:
        task, name, *numbers = line.split()
        numbers = [int(number) for number in numbers]
        if (name, numbers[0]) not in sides:
            sides.clear()
            sides[name, numbers[0]] = Side(name, numbers[0])
        side = sides[name, numbers[0]]
        if task == "rate":
            print(side.rate(numbers[1], numbers[2], numbers[3]), flush=True)
            continue
        seconds = 0.0
        for _ in range(numbers[2] if task == "train" else numbers[1]):
            if task == "train":
                batch = numbers[3] if len(numbers) > 3 else BATCH
                seconds += side.train(numbers[1], batch)
            else:
                seconds += side.evaluate()
        print(seconds, flush=True)


if __name__ == "__main__":
    main()
