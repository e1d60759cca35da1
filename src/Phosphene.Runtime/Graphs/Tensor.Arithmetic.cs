namespace Phosphene.Runtime.Graphs;

/// <summary>Elementwise arithmetic with NumPy's broadcasting.</summary>
public sealed partial class Tensor
{
    /// <summary>Elementwise sum.</summary>
    public static Tensor operator +(Tensor a, Tensor b) => new(new Add(), a, b);

    /// <summary>Elementwise difference.</summary>
    public static Tensor operator -(Tensor a, Tensor b) => new(new Subtract(), a, b);

    /// <summary>Elementwise product.</summary>
    public static Tensor operator *(Tensor a, Tensor b) => new(new Multiply(), a, b);

    /// <summary>Elementwise quotient.</summary>
    public static Tensor operator /(Tensor a, Tensor b) => new(new Divide(), a, b);

    /// <summary>x + offset.</summary>
    public static Tensor operator +(Tensor x, float offset) => new(new Linear(1, offset), x);

    /// <summary>x + offset.</summary>
    public static Tensor operator +(float offset, Tensor x) => x + offset;

    /// <summary>x - offset.</summary>
    public static Tensor operator -(Tensor x, float offset) => new(new Linear(1, -offset), x);

    /// <summary>offset - x.</summary>
    public static Tensor operator -(float offset, Tensor x) => new(new Linear(-1, offset), x);

    /// <summary>scale·x.</summary>
    public static Tensor operator *(Tensor x, float scale) => new(new Linear(scale, 0), x);

    /// <summary>scale·x.</summary>
    public static Tensor operator *(float scale, Tensor x) => x * scale;

    /// <summary>x / divisor.</summary>
    public static Tensor operator /(Tensor x, float divisor) => x * (1 / divisor);

    /// <summary>numerator / x.</summary>
    public static Tensor operator /(float numerator, Tensor x) => Constant(numerator) / x;

    /// <summary>-x.</summary>
    public static Tensor operator -(Tensor x) => new(new Linear(-1, 0), x);

    /// <summary>A constant scalar.</summary>
    public static Tensor Constant(float value) => Constant(Shape.Scalar, value);

    /// <summary>A constant of the given shape, row-major. The memory is not copied; it must not change.</summary>
    public static Tensor Constant(Shape shape, params float[] values) => new(new Constant(shape, values));

    /// <summary>max(x, 0).</summary>
    public Tensor Relu() => new(new Relu(), this);

    /// <summary>x where positive, slope·x elsewhere.</summary>
    public Tensor LeakyRelu(float slope) => new(new LeakyRelu(slope), this);

    /// <summary>x limited to [low, high].</summary>
    public Tensor Clip(float low, float high) => new(new Clip(low, high), this);

    /// <summary>1 / (1 + e^-x).</summary>
    public Tensor Sigmoid() => new(new Sigmoid(), this);

    /// <summary>The hyperbolic tangent.</summary>
    public Tensor Tanh() => new(new Tanh(), this);

    /// <summary>e^x.</summary>
    public Tensor Exp() => new(new Exponential(), this);

    /// <summary>The natural logarithm.</summary>
    public Tensor Log() => new(new Logarithm(), this);

    /// <summary>The square root.</summary>
    public Tensor Sqrt() => new(new SquareRoot(), this);

    /// <summary>x·x.</summary>
    public Tensor Square() => this * this;

    /// <summary>x^exponent.</summary>
    public Tensor Pow(float exponent) => new(new Power(exponent), this);

    /// <summary>|x|.</summary>
    public Tensor Abs() => new(new Absolute(), this);

    /// <summary>-1, 0 or 1.</summary>
    public Tensor Sign() => new(new Sign(), this);

    /// <summary>The sine of x in radians.</summary>
    public Tensor Sin() => new(new Sine(), this);

    /// <summary>The cosine of x in radians.</summary>
    public Tensor Cos() => new(new Cosine(), this);

    /// <summary>The arc tangent of x, in radians.</summary>
    public Tensor Atan() => new(new Arctangent(), this);

    /// <summary>The error function of x.</summary>
    public Tensor Erf() => new(new ErrorFunction(), this);

    /// <summary>x·Φ(x), see <see cref="Graphs.Gelu"/>.</summary>
    public Tensor Gelu() => new(new Gelu(), this);

    /// <summary>The largest whole number that is not above x.</summary>
    public Tensor Floor() => new(new Floor(), this);

    /// <summary>The whole number nearest to x; of two, the even one.</summary>
    public Tensor Round() => new(new Round(), this);

    /// <summary>The larger of the two, element by element.</summary>
    public static Tensor Max(Tensor a, Tensor b) => new(new Maximum(), a, b);

    /// <summary>The smaller of the two, element by element.</summary>
    public static Tensor Min(Tensor a, Tensor b) => new(new Minimum(), a, b);

    /// <summary>1 where this is greater, 0 elsewhere.</summary>
    public Tensor GreaterThan(Tensor other) => new(new Greater(), this, other);

    /// <summary>1 where this is greater, 0 elsewhere.</summary>
    public Tensor GreaterThan(float value) => GreaterThan(Constant(value));

    /// <summary>1 where the two are equal, 0 elsewhere.</summary>
    public Tensor EqualTo(Tensor other) => new(new Equal(), this, other);

    /// <summary>1 where this has that value, 0 elsewhere.</summary>
    public Tensor EqualTo(float value) => EqualTo(Constant(value));

    /// <summary>x where the condition is above 0, else 0, whatever x is there.</summary>
    public Tensor KeepWhere(Tensor condition) => new(new Keep(), condition, this);

    /// <summary>yes where the condition, a tensor of 0 and 1, is 1, no where it is 0; with broadcasting.</summary>
    public static Tensor Where(Tensor condition, Tensor yes, Tensor no)
    {
        ArgumentNullException.ThrowIfNull(condition);
        return yes.KeepWhere(condition) + no.KeepWhere(1f - condition);
    }

    /// <summary>x^exponent, element by element; see <see cref="Graphs.Pow"/>.</summary>
    public Tensor Pow(Tensor exponent) => new(new Pow(), this, exponent);

    /// <summary>The same value, through which no gradient flows.</summary>
    public Tensor StopGradient() => new(new StopGradient(), this);
}
