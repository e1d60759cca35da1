#!/usr/bin/python3
"""The old peer: the network of an ONNX file up to a layer in PyTorch as Debian has it, eager, weights frozen; the counterpart of the program in this folder.

    torch_old.py MODEL LAYER SIZE BATCH THREADS

Knows the operators of GoogLeNet and SqueezeNet. Each measurement is a line: step or forward, the median and the least in milliseconds."""
import sys, time
import onnx, torch
import torch.nn.functional as F
from onnx import helper, numpy_helper

model, layer, size, batch, threads = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:])
torch.set_num_threads(threads)
graph = onnx.load(model).graph
weights = {weight.name: torch.tensor(numpy_helper.to_array(weight)) for weight in graph.initializer}
source = next(value.name for value in graph.input if value.name not in weights)


def pads(a): return a['pads'][:2] if 'pads' in a else 0


operators = {
    'Conv': lambda x, a: F.conv2d(*x, stride=a.get('strides', 1), padding=pads(a), dilation=a.get('dilations', 1), groups=a.get('group', 1)),
    'MaxPool': lambda x, a: F.max_pool2d(x[0], a['kernel_shape'], a.get('strides', 1), pads(a), ceil_mode=bool(a.get('ceil_mode', 0))),
    'AveragePool': lambda x, a: F.avg_pool2d(x[0], a['kernel_shape'], a.get('strides', 1), pads(a), ceil_mode=bool(a.get('ceil_mode', 0)), count_include_pad=False),
    'GlobalAveragePool': lambda x, a: F.adaptive_avg_pool2d(x[0], 1),
    'LRN': lambda x, a: F.local_response_norm(x[0], a['size'], a['alpha'], a['beta'], a['bias']),
    'Gemm': lambda x, a: F.linear(x[0], x[1] if a.get('transB') else x[1].t(), x[2]),
    'Concat': lambda x, a: torch.cat(x, a['axis']),
    'Flatten': lambda x, a: x[0].flatten(a.get('axis', 1)),
    'Relu': lambda x, a: F.relu(x[0]),
}

wanted, nodes = {layer}, []
for node in reversed(graph.node):
    if node.output[0] in wanted:
        wanted.update(node.input)
        nodes.insert(0, (operators[node.op_type], node.input, node.output[0], {a.name: helper.get_attribute_value(a) for a in node.attribute}))


def network(image):
    values = {**weights, source: image}
    for operator, inputs, output, attributes in nodes:
        values[output] = operator([values[name] for name in inputs], attributes)
    return values[layer]


def measure(name, run):
    start = time.perf_counter()
    for k in range(1000):
        if k >= 5 and time.perf_counter() - start > 0.5: break
        run()
    times = []
    for _ in range(20):
        before = time.perf_counter()
        run()
        times.append(1e3 * (time.perf_counter() - before))
    print(f'{name} {sorted(times)[10]:.3f} {min(times):.3f}', flush=True)


image = (50 * torch.randn(batch, 3, size, size)).requires_grad_()
measure('step', lambda: torch.autograd.grad(network(image)[:, 0].mean(), image))
with torch.no_grad():
    measure('forward', lambda: network(image))
