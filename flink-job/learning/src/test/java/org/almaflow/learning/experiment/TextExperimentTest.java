package org.almaflow.learning.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.regex.Pattern;
import org.almaflow.learning.engine.OptimizerSpec.Adam;
import org.almaflow.learning.family.Averaging;
import org.almaflow.learning.family.Family;
import org.almaflow.learning.network.ElementType;
import org.almaflow.learning.network.InputSpec;
import org.almaflow.learning.network.NetworkTemplate.Transformer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an experiment file says of text and transformers. */
class TextExperimentTest {
    private static final String GOOD =
            """
            name: lm
            stream: {name: s, dataset: book.txt, text: {tokens: bpe, vocabulary: 512, sequence: 64}}
            defaults:
              network: {type: transformer, layers: 2, width: 32, heads: 2, dropout: 0.1}
              wait: {chunks: 1}
              training: {optimizer: {type: adam, lr: 0.002, warmup: 100}}
            learners:
              - {id: sm, family: SM}
              - {id: gens, family: gEns}
              - {id: gmoe, family: gMoE, experts: 4, copies: 2}
            """;

    private static Experiment read(String yaml) {
        return ExperimentReader.read(yaml, "a.yaml");
    }

    @Test
    void readsTextTransformersAndWarmUp() {
        Experiment e = read(GOOD);

        assertThat(e.stream().text()).contains(new TextSpec(TextSpec.Tokens.BPE, 512, 64, 0.1));
        LearnerSpec first = e.learners().get(0);
        assertThat(first.network()).isEqualTo(new Transformer(2, 32, 2, 128, 0.1));
        assertThat(first.training().optimizer())
                .isEqualTo(new Adam(0.002, 0.9, 0.999, 1e-8, 0, 100));
        assertThat(e.learners().get(1).family())
                .isEqualTo(new Family.GrowingEnsemble(true, Averaging.PROBABILITIES));
        assertThat(e.learners().get(2).family()).isEqualTo(new Family.GrowingMixture(4, 1, 2));
    }

    @Test
    void whatResultsDependOnIsInTheFingerprint() {
        Experiment e = read(GOOD);

        assertThat(Fingerprint.of(e, e.learners().get(2)))
                .containsEntry("training.optimizer.warmup", "100")
                .containsEntry("network", "Transformer")
                .containsEntry("network.feed_forward", "128")
                .containsEntry("network.dropout", "0.1")
                .containsEntry("family.copies", "2");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tokens: bpe, vocabulary: 512 | tokens: words      | stream.text.tokens: 'words' is"
                        + " not one of characters, bpe",
                "tokens: bpe, vocabulary: 512 | vocabulary: 512    | stream.text.vocabulary: 512 is"
                    + " not right; it must be left out with tokens: characters, or tokens be bpe",
                "vocabulary: 512              | vocabulary: 255    | stream.text.vocabulary: 255 is"
                        + " not right; it must be a whole number from 256",
                "sequence: 64                 | sequence: 0        | stream.text.sequence: 0 is not"
                        + " right",
                "sequence: 64                 | holdout: 0         | stream.text.holdout: 0 is not"
                        + " right; it must be a share greater than 0",
                "sequence: 64                 | lenght: 3          | stream.text.lenght: unknown"
                        + " key",
                "heads: 2                     | heads: 3           | learners[0].network.heads: 3"
                        + " is not right; it must be a number that parts width 32 evenly",
                "dropout: 0.1                 | dropout: 1         | learners[0].network.dropout: 1"
                        + " is not right",
                "warmup: 100                  | warmup: -1         |"
                        + " learners[0].training.optimizer.warmup: -1 is not right",
                "family: SM                   | family: UMix, k: 2 | learners[0].family: UMix"
                        + " trains MLPs and VGGs",
                "family: SM                   | family: FF         | learners[0].family: FF grows"
                        + " the channels",
                "family: gEns                 | family: gEns, averaging: logits |"
                    + " learners[1].averaging: 'logits' is not right; it must be probabilities for"
                    + " a transformer",
            })
    void aWrongFileIsRefusedByKeyAndValue(String good, String bad, String message) {
        assertThatThrownBy(() -> read(GOOD.replaceFirst(Pattern.quote(good), bad)))
                .isInstanceOf(ExperimentException.class)
                .hasMessageStartingWith("a.yaml: " + message);
    }

    @Test
    void copiesAreForTransformersOnly() {
        String mlp = GOOD.replaceFirst("type: transformer.*", "type: mlp, hidden: [8]}");

        assertThatThrownBy(() -> read(mlp))
                .hasMessageContaining("learners[2].copies: gMoE copies several experts in transf");
    }

    @Test
    void networksAndStreamsThatDoNotFitAreRefusedWithTheRemedy() {
        InputSpec tokens = new InputSpec(ElementType.TOKEN, List.of(65), List.of(), List.of());
        InputSpec images = new InputSpec(ElementType.UINT8, List.of(1, 4, 4), List.of(), List.of());
        Experiment mlp =
                read(
                        GOOD.replaceFirst("type: transformer.*", "type: mlp, hidden: [8]}")
                                .replace(", copies: 2", ""));

        LearnerCheck.requireFit(read(GOOD), tokens, 512);
        assertThatThrownBy(() -> LearnerCheck.requireFit(mlp, tokens, 512))
                .hasMessageContaining("learner 'sm'", "sequences of tokens")
                .hasMessageContaining("network type transformer");
        assertThatThrownBy(() -> LearnerCheck.requireFit(read(GOOD), images, 10))
                .hasMessageContaining("a transformer needs a stream of tokens (stream.text)");
    }
}
