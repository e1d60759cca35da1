#!/usr/bin/python3
"""Exports small versions of torchvision's classifiers with PyTorch's own ONNX exporter: the architectures as they are, with a fraction of the channels, random
weights and batch norm statistics that are not the identity. For each NAME:

    NAME.onnx       the network, input "input" [N, 3, S, S], output "logits" [N, 10]
    NAME.y.npy      the logits of the input below, [1, 10]
    NAME.dx.npy     the gradient of logit 7 in it, [1, 3, S, S]

both computed in float64. The input is x[i] = (i · 1103515245 + 12345 mod 2^31) / 2^30 - 1, i counting through [1, 3, S, S] in order.
Where a ReLU or a maximum is so near a tie that PyTorch in float32 itself disagrees with PyTorch in float64, the next seed is taken.

    apt-get install -y --no-install-recommends python3-torchvision python3-onnx
    ./make_zoo.py [NAME ...]            writes beside this script; all of them by default"""
import math, sys, warnings
from pathlib import Path
import numpy as np, torch, torchvision
from torch import nn
from torchvision import models

here = Path(__file__).parent
warnings.filterwarnings('ignore')


def narrow(net, by, last):
    """Divides the channels of all layers but of the image and the last layer."""
    def less(n): return n if n in (1, 3) else max(1, n // by)
    for module in list(net.modules()):
        for name, child in list(module.named_children()):
            if isinstance(child, nn.Conv2d):
                new = nn.Conv2d(less(child.in_channels), 10 if child is last else less(child.out_channels), child.kernel_size, child.stride, child.padding, child.dilation,
                                math.gcd(less(child.in_channels), less(child.out_channels), child.groups), child.bias is not None, child.padding_mode)
            elif isinstance(child, nn.Linear):
                new = nn.Linear(less(child.in_features), 10 if child is last else less(child.out_features), child.bias is not None)
            elif isinstance(child, nn.BatchNorm2d):
                new = nn.BatchNorm2d(less(child.num_features), child.eps)
            else:
                continue
            setattr(module, name, new)
    return net


def narrowed(by, build, last):
    net = build()
    return narrow(net, by, last(net))


def alexnet():
    net = models.alexnet()
    net.avgpool = nn.AdaptiveAvgPool2d(2)
    net.classifier[1] = nn.Linear(256 * 4, 4096)
    return narrow(net, 32, net.classifier[6])


def vgg():
    net = models.vgg11_bn()
    net.avgpool = nn.AdaptiveAvgPool2d(1)
    net.classifier[0] = nn.Linear(512, 4096)
    return narrow(net, 32, net.classifier[6])


def efficientnet_v2():
    fused, usual = models.efficientnet.FusedMBConvConfig, models.efficientnet.MBConvConfig
    return models.EfficientNet([fused(1, 3, 1, 8, 8, 1), fused(4, 3, 2, 8, 16, 2), usual(4, 3, 2, 16, 24, 2), usual(6, 3, 2, 24, 32, 1)], dropout=0, last_channel=48, num_classes=10)


fc, classifier = (lambda net: net.fc), (lambda net: net.classifier[-1])
zoo = {  # the side of the image, and the network
    'alexnet': (96, alexnet),
    'vgg11_bn': (32, vgg),
    'googlenet': (64, lambda: narrowed(16, lambda: models.googlenet(aux_logits=False, init_weights=False), fc)),
    'inception_v3': (75, lambda: narrowed(16, lambda: models.inception_v3(aux_logits=False, init_weights=False), fc)),
    'resnet18': (64, lambda: narrowed(16, models.resnet18, fc)),
    'resnext50': (64, lambda: narrowed(32, models.resnext50_32x4d, fc)),
    'wide_resnet50': (64, lambda: narrowed(64, models.wide_resnet50_2, fc)),
    'densenet': (64, lambda: models.DenseNet(growth_rate=4, block_config=(2, 3, 3, 2), num_init_features=8, num_classes=10)),
    'squeezenet1_1': (64, lambda: narrowed(8, models.squeezenet1_1, lambda net: net.classifier[1])),
    'mobilenet_v2': (64, lambda: narrowed(8, models.mobilenet_v2, classifier)),
    'mobilenet_v3': (64, lambda: narrowed(8, models.mobilenet_v3_small, classifier)),
    'mnasnet': (64, lambda: narrowed(8, lambda: models.MNASNet(1.0), classifier)),
    'shufflenet_v2': (64, lambda: models.ShuffleNetV2([2, 3, 2], [8, 16, 24, 32, 48], num_classes=10)),
    'efficientnet': (64, lambda: narrowed(16, models.efficientnet_b0, classifier)),
    'efficientnet_v2': (64, efficientnet_v2),
    'regnet_y': (64, lambda: narrowed(8, models.regnet_y_400mf, fc)),
    'convnext': (64, lambda: models.ConvNeXt([models.convnext.CNBlockConfig(i, o, n) for i, o, n in ((16, 24, 1), (24, 32, 1), (32, 48, 2), (48, None, 1))], num_classes=10)),
    'vit': (48, lambda: models.VisionTransformer(image_size=48, patch_size=8, num_layers=2, num_heads=2, hidden_dim=32, mlp_dim=64, num_classes=10)),
    'swin': (64, lambda: models.SwinTransformer([4, 4], 16, [2, 2], [1, 2], [4, 4], num_classes=10)),
}


def filled(name, seed):
    torch.manual_seed(seed)
    net = zoo[name][1]().eval()
    for module in net.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.normal_(0, .1); module.running_var.uniform_(.5, 1.5); module.weight.data.uniform_(.7, 1.3); module.bias.data.normal_(0, .1)
        elif isinstance(module, (nn.Conv2d, nn.Linear)):
            nn.init.kaiming_normal_(module.weight)          # so that deep narrow networks do not fade out
    for parameter in net.parameters():
        if parameter.numel() and parameter.abs().max() == 0: parameter.data.normal_(0, .1)         # heads of transformers begin at 0
        elif parameter.dim() == 1 and parameter.numel() and parameter.abs().max() < 1e-4: parameter.data.fill_(.5)  # layer scale begins at 1e-6
    return net


def results(net, x):
    x = x.clone().requires_grad_()
    y = net(x)
    y[0, 7].backward()
    return y.detach(), x.grad


def differ(a, b): return float((a.double() - b).norm() / b.norm())


for name in sys.argv[1:] or zoo:
    side = zoo[name][0]
    i = torch.arange(3 * side * side, dtype=torch.int64)
    x = ((i * 1103515245 + 12345) % 2**31 / 2.0**30 - 1).reshape(1, 3, side, side)
    for seed in range(1, 50):
        net = filled(name, seed)
        y32, dx32 = results(net, x.float())
        y, dx = results(net.double(), x.float().double())
        if differ(y32, y) < 1e-5 and differ(dx32, dx) < 1e-5: break
    else:
        raise SystemExit(f'{name}: no seed gives a gradient that float32 can compute')
    opset = 16 if name.startswith('swin') else 14
    torch.onnx.export(net.float(), x.float(), here / f'{name}.onnx', opset_version=opset, input_names=['input'], output_names=['logits'],
                      dynamic_axes={'input': {0: 'N'}, 'logits': {0: 'N'}})
    np.save(here / f'{name}.y.npy', y.numpy().astype(np.float32))
    np.save(here / f'{name}.dx.npy', dx.numpy().astype(np.float32))
    print(f'{name}: seed {seed}, {(here / f"{name}.onnx").stat().st_size // 1024} KB, logits {y.min():.3g} to {y.max():.3g}, gradient norm {dx.norm():.3g}', flush=True)
