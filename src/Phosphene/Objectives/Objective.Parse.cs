using Phosphene.Syntax;

namespace Phosphene.Objectives;

public abstract partial record Objective
{
    /// <summary>
    /// Reads an objective in its text form, the inverse of its ToString:
    /// <code>
    /// inception_4c/output:300                    a channel          inception_4c/output:300@3,4      a neuron at y, x, or @centre
    /// logit(goldfish)    probability(207)        a class            logit('golden retriever')        quotes where a name has other
    /// logprob(207)       its log-probability                                                         characters than letters, digits, _ . /
    /// deepdream(4c)      direction(conv1, 1, -0.5, 0, 0.2)  a layer, and a direction in one of four channels
    /// direction(4c, random(5))   direction(4c, {97: 1, 143: -1})   direction(4c, 'a.npy', row: 3)   direction(4c, image('a.jpg'), power: 2)
    /// tv()   l1(0.5)   l2(0.5)                   penalties, to be subtracted
    /// a + b   a - b   -a   0.5*a   a*0.5   lerp(a, b, 0.3)   (a)   each(a; b)
    /// diverse(4c)   varied(a, 4c)   align(3b)   aligned(each(a; b), 3b)      of the images of a batch with each other
    /// </code>
    /// An objective made by <see cref="From"/> exists only in code and is not read.
    /// </summary>
    /// <exception cref="TextFormatException">The text is no objective; the message says what was expected, the exception where.</exception>
    public static Objective Parse(string text) => ObjectiveTexts.Registry.Parse(text);
}
