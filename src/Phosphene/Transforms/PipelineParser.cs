using System.Globalization;
using Phosphene.Images;
using Phosphene.Syntax;

namespace Phosphene.Transforms;

/// <summary>
/// Text to pipeline:
/// <code>
/// pipeline = "none" | transform { "|" transform }
/// draw     = number ".." number | value { "," value },  value = number [ "*" count ]
/// </code>
/// </summary>
internal sealed class PipelineParser(string text)
{
    /// <summary>The most pixels of a border or a shift.</summary>
    public const int MaximumPixels = 1024;

    /// <summary>The most transforms of a pipeline.</summary>
    public const int MaximumTransforms = 100;

    /// <summary>The most values of a list to draw from, repeated ones counted each time.</summary>
    public const int MaximumValues = 1000;

    // Beyond these a zoom shows single pixels or a speck; a turn repeats itself.
    private const float LeastFactor = 0.01f, MostFactor = 100, MostDegrees = 360;

    private static readonly Dictionary<string, Func<PipelineParser, ITransform>> Transforms = new(StringComparer.Ordinal)
    {
        ["pad"] = parser => new Pad(parser.InParentheses("pad", parser.Pixels)),
        ["jitter"] = parser => new Jitter(parser.InParentheses("jitter", parser.Pixels)),
        ["scale"] = parser => new Scale(parser.InParentheses("scale", what => parser.Draw(what, "a factor", LeastFactor, MostFactor))),
        ["rotate"] = parser => new Rotate(parser.InParentheses("rotate", what => parser.Draw(what, "an angle in degrees", -MostDegrees, MostDegrees))),
        ["crop"] = parser => parser.Crop(),
    };

    private readonly Scanner _scanner = new(text);

    public Pipeline Parse()
    {
        int start = _scanner.Position;
        if (_scanner.Name() is "none" && _scanner.AtEnd) return Pipeline.None;
        var rest = new List<ITransform>();
        _scanner.Return(start);
        do
        {
            if (rest.Count == MaximumTransforms) throw _scanner.Error($"The pipeline has more than {MaximumTransforms} transforms.");
            rest.Add(Transform());
        }
        while (_scanner.Take('|'));
        return _scanner.AtEnd ? Pipeline.Of([.. rest]) : throw _scanner.Error($"'|' and another transform, or the end, is expected here; found {_scanner.Found()}.");
    }

    private ITransform Transform()
    {
        int position = _scanner.Position;
        string known = $"a transform ({string.Join(", ", Transforms.Keys)})";
        string name = _scanner.Name() ?? throw _scanner.Error($"The name of {known} is expected; found {_scanner.Found()}.");
        if (Transforms.TryGetValue(name, out Func<PipelineParser, ITransform>? read)) return read(this);
        if (name == "none") throw _scanner.Error("'none' stands alone; leave it out of a pipeline with transforms.", position);
        string question = NearestNames.Question(name, Transforms.Keys.Append("none"));
        throw _scanner.Error($"'{name}' is not {known}{(question.Length > 0 ? question : ".")}", position);
    }

    private T InParentheses<T>(string name, Func<string, T> inside)
    {
        _scanner.Expect('(', $"after {name}");
        T result = inside(name);
        _scanner.Expect(')', $"to close {name}(");
        return result;
    }

    private int Pixels(string name) => _scanner.Integer($"the pixels of {name}(", 0, MaximumPixels);

    private Crop Crop()
    {
        if (!_scanner.Take('(')) return new Crop();
        int height = _scanner.Integer("the height of crop(", 1, Picture.MaximumSide, followedByName: true);
        _scanner.Expect('x', "between the height and the width of crop(, as in crop(224x160)");
        int width = _scanner.Integer("the width of crop(", 1, Picture.MaximumSide);
        _scanner.Expect(')', "to close crop(");
        return new Crop(height, width);
    }

    private Draw Draw(string name, string what, float least, float most)
    {
        int start = _scanner.Position;
        float first = Value();
        if (!_scanner.Take('.')) return List(first);
        _scanner.Expect('.', "between the ends of a range, as in 0.95..1.05");
        float last = Value();
        return first <= last
            ? Phosphene.Transforms.Draw.Between(first, last)
            : throw _scanner.Error(string.Create(CultureInfo.InvariantCulture, $"A range goes from a smaller to a larger number; {name}( has {first} before {last}."), start);

        Draw List(float value)
        {
            var values = new List<float>();
            while (true)
            {
                int position = _scanner.Position;
                int times = _scanner.Take('*') ? _scanner.Integer("how often the value stands", 1, MaximumValues) : 1;
                if (values.Count + times > MaximumValues) throw _scanner.Error($"A list to draw from has at most {MaximumValues} values.", position);
                values.AddRange(Enumerable.Repeat(value, times));
                if (!_scanner.Take(',')) return Phosphene.Transforms.Draw.OneOf([.. values]);
                value = Value();
            }
        }

        float Value()
        {
            int position = _scanner.Position;
            float value = _scanner.Number($"{what} of {name}(");
            return value >= least && value <= most
                ? value
                : throw _scanner.Error(string.Create(CultureInfo.InvariantCulture, $"A number from {least} to {most} is expected for {what} of {name}(; {value} is outside."), position);
        }
    }
}
