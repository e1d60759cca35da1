namespace Phosphene.Runtime.Graphs;

/// <summary>y = max(x, 0).</summary>
public sealed record Relu : Elementwise;

/// <summary>The gradient of <see cref="Relu"/>: dy where y > 0, else 0. Inputs: y and dy.</summary>
public sealed record ReluGradient : Pairwise;

/// <summary>y = x where x > 0, else slope·x.</summary>
public sealed record LeakyRelu(float Slope) : Elementwise;

/// <summary>y = min(max(x, Low), High).</summary>
public sealed record Clip(float Low, float High) : Elementwise;

/// <summary>The gradient of <see cref="Clip"/>: dy where Low &lt; y &lt; High, else 0. Inputs: y and dy.</summary>
public sealed record ClipGradient(float Low, float High) : Pairwise;

/// <summary>y = 1 / (1 + e^-x).</summary>
public sealed record Sigmoid : Elementwise;

/// <summary>The gradient of <see cref="Sigmoid"/>: dy·y·(1 - y). Inputs: y and dy.</summary>
public sealed record SigmoidGradient : Pairwise;

/// <summary>y = tanh x.</summary>
public sealed record Tanh : Elementwise;

/// <summary>y = e^x.</summary>
public sealed record Exponential : Elementwise;

/// <summary>y = ln x.</summary>
public sealed record Logarithm : Elementwise;

/// <summary>y = √x. Its gradient at 0, where the slope is infinite, is 0.</summary>
public sealed record SquareRoot : Elementwise;

/// <summary>y = |x|.</summary>
public sealed record Absolute : Elementwise;

/// <summary>y = -1, 0 or 1 by the sign of x. Its gradient is zero.</summary>
public sealed record Sign : Elementwise;

/// <summary>y = sin x.</summary>
public sealed record Sine : Elementwise;

/// <summary>y = cos x.</summary>
public sealed record Cosine : Elementwise;

/// <summary>y = arctan x, in radians.</summary>
public sealed record Arctangent : Elementwise;

/// <summary>The error function y = 2/√π · ∫ e^(-t²) dt from 0 to x.</summary>
public sealed record ErrorFunction : Elementwise;

/// <summary>y = x·Φ(x) = x/2 · (1 + erf(x/√2)), the Gaussian error linear unit. Source: Hendrycks and Gimpel 2016.</summary>
public sealed record Gelu : Elementwise;

/// <summary>The largest whole number that is not above x. Its gradient is zero.</summary>
public sealed record Floor : Elementwise;

/// <summary>The whole number nearest to x; of two, the even one. Its gradient is zero.</summary>
public sealed record Round : Elementwise;

/// <summary>y = Scale·x + Offset.</summary>
public sealed record Linear(float Scale, float Offset) : Elementwise;

/// <summary>y = x^Exponent. The gradient of a root (an exponent below 1) at 0, where the slope is infinite, is 0.</summary>
public sealed record Power(float Exponent) : Elementwise;

/// <summary>y = x, but no gradient flows back.</summary>
public sealed record StopGradient : Elementwise;

/// <summary>y = a + b.</summary>
public sealed record Add : Pairwise;

/// <summary>y = a - b.</summary>
public sealed record Subtract : Pairwise;

/// <summary>y = a·b.</summary>
public sealed record Multiply : Pairwise;

/// <summary>y = a / b.</summary>
public sealed record Divide : Pairwise;

/// <summary>y = max(a, b). Where they are equal a takes the gradient.</summary>
public sealed record Maximum : Pairwise;

/// <summary>y = min(a, b). Where they are equal a takes the gradient.</summary>
public sealed record Minimum : Pairwise;

/// <summary>y = 1 where a > b, else 0. Its gradient is zero.</summary>
public sealed record Greater : Pairwise;

/// <summary>y = 1 where a = b, else 0. Its gradient is zero.</summary>
public sealed record Equal : Pairwise;

/// <summary>y = b where a > 0, else 0, whatever b is there, even NaN or infinite. No gradient flows to a.</summary>
public sealed record Keep : Pairwise;

/// <summary>y = a^b. A negative a has powers of whole exponents only; others are NaN.</summary>
public sealed record Pow : Pairwise;

/// <summary>The gradient of <see cref="Gelu"/>: dy·(Φ(x) + x·φ(x)). Inputs: x and dy.</summary>
public sealed record GeluGradient : Pairwise;
