package org.almaflow.engine.dl4j.export;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.OperatorSetIdProto;
import onnx.Onnx.StringStringEntryProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorProto.DataType;
import onnx.Onnx.TensorShapeProto;
import onnx.Onnx.TypeProto;
import onnx.Onnx.ValueInfoProto;
import org.almaflow.learning.network.Tensors.Tensor;
import org.nd4j.shade.protobuf.ByteString;

/**
 * Collects the nodes of an ONNX graph in the order of computation. A node is named as its value.
 */
final class OnnxGraph {
    /** Version of the operators; runtimes of 2020 and newer have them. */
    private static final int OPERATORS = 13;

    /** Version of the file format that goes with them. */
    private static final int FORMAT = 7;

    /** Name of the first axis of inputs and outputs. */
    private static final String BATCH = "n";

    private final GraphProto.Builder graph = GraphProto.newBuilder();

    /** A constant; returns its name. */
    String constant(String name, Tensor tensor) {
        ByteBuffer raw =
                ByteBuffer.allocate(Math.multiplyExact(tensor.data().length, Float.BYTES))
                        .order(ByteOrder.LITTLE_ENDIAN);
        raw.asFloatBuffer().put(tensor.data());
        TensorProto.Builder constant = TensorProto.newBuilder().setName(name);
        tensor.shape().forEach(constant::addDims);
        graph.addInitializer(
                constant.setDataType(DataType.FLOAT.getNumber())
                        .setRawData(ByteString.copyFrom(raw)));
        return name;
    }

    /** A constant list of whole numbers, such as a shape; returns its name. */
    String integers(String name, List<Long> values) {
        graph.addInitializer(
                TensorProto.newBuilder()
                        .setName(name)
                        .setDataType(DataType.INT64.getNumber())
                        .addDims(values.size())
                        .addAllInt64Data(values));
        return name;
    }

    /** A node with one output, which has the node's name. */
    String node(String operator, String name, List<String> from, AttributeProto... attributes) {
        node(operator, name, from, List.of(name), attributes);
        return name;
    }

    /** A node with several outputs. */
    void node(
            String operator,
            String name,
            List<String> from,
            List<String> outputs,
            AttributeProto... attributes) {
        graph.addNode(
                NodeProto.newBuilder()
                        .setOpType(operator)
                        .setName(name)
                        .addAllInput(from)
                        .addAllOutput(outputs)
                        .addAllAttribute(List.of(attributes)));
    }

    /** The graph's input, [n, shape]; returns its name. */
    String input(String name, DataType type, List<Integer> shape) {
        graph.addInput(value(name, type, shape));
        return name;
    }

    /** Makes a node's value an output of the graph, [n, length] of float32. */
    void output(String name, int length) {
        graph.addOutput(value(name, DataType.FLOAT, List.of(length)));
    }

    /** The model. */
    ModelProto build(String network) {
        return ModelProto.newBuilder()
                .setIrVersion(FORMAT)
                .setProducerName("almaflow")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPERATORS))
                .addMetadataProps(
                        StringStringEntryProto.newBuilder().setKey("network").setValue(network))
                .setGraph(graph.setName("predictor"))
                .build();
    }

    private static ValueInfoProto value(String name, DataType type, List<Integer> shape) {
        TensorShapeProto.Builder axes = TensorShapeProto.newBuilder();
        axes.addDimBuilder().setDimParam(BATCH);
        shape.forEach(n -> axes.addDimBuilder().setDimValue(n));
        TypeProto.Tensor.Builder tensor =
                TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(axes);
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder().setTensorType(tensor))
                .build();
    }

    static AttributeProto attribute(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    static AttributeProto attribute(String name, float value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.FLOAT)
                .setF(value)
                .build();
    }

    static AttributeProto attribute(String name, List<Long> values) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INTS)
                .addAllInts(values)
                .build();
    }
}
