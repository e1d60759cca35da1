#!/usr/bin/python3
"""Exports one of torchvision's classifiers with random weights, for so many images at once.

    torch_zoo.py NAME FILE.onnx BATCH"""
import sys
import torch, torchvision

if len(sys.argv) != 4: sys.exit(__doc__)
torch.manual_seed(1)
net = getattr(torchvision.models, sys.argv[1])(weights=None).eval()
if hasattr(net, 'heads'): torch.nn.init.normal_(net.heads.head.weight, std=0.02)       # a transformer's begins at 0, and then there is nothing to see
torch.onnx.export(net, torch.zeros(int(sys.argv[3]), 3, 224, 224), sys.argv[2], opset_version=16, input_names=['input'], output_names=['logits'])
