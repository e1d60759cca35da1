using System.Runtime.CompilerServices;

namespace Phosphene.Syntax;

// An entry of a registry: the word, what it does, an example, its parameters, the object of their values, and the values of an object.
public sealed partial class TextRegistry<T>
{
    internal void Add<TObject>(string name, string description, Func<TObject> build) where TObject : T =>
        Add(name, description, _isPipeline ? name : $"{name}()", typeof(TObject), [], _ => build(), _ => []);

    internal void Add<TObject, A>(string name, string description, string example, TextParameter<A> a, Func<A, TObject> build, Func<TObject, A> values) where TObject : T =>
        Add(name, description, example, typeof(TObject), [a], given => build((A)given[0]!), value => [values((TObject)value)]);

    internal void Add<TObject, A, B>(string name, string description, string example, TextParameter<A> a, TextParameter<B> b,
        Func<A, B, TObject> build, Func<TObject, (A, B)> values) where TObject : T =>
        Add(name, description, example, typeof(TObject), [a, b], given => build((A)given[0]!, (B)given[1]!), value => Items(values((TObject)value)));

    internal void Add<TObject, A, B, C>(string name, string description, string example, TextParameter<A> a, TextParameter<B> b, TextParameter<C> c,
        Func<A, B, C, TObject> build, Func<TObject, (A, B, C)> values) where TObject : T =>
        Add(name, description, example, typeof(TObject), [a, b, c], given => build((A)given[0]!, (B)given[1]!, (C)given[2]!), value => Items(values((TObject)value)));

    internal void Add<TObject, A, B, C, D>(string name, string description, string example, TextParameter<A> a, TextParameter<B> b, TextParameter<C> c, TextParameter<D> d,
        Func<A, B, C, D, TObject> build, Func<TObject, (A, B, C, D)> values) where TObject : T =>
        Add(name, description, example, typeof(TObject), [a, b, c, d], given => build((A)given[0]!, (B)given[1]!, (C)given[2]!, (D)given[3]!), value => Items(values((TObject)value)));

    internal void Add<TObject, A, B, C, D, E>(string name, string description, string example, TextParameter<A> a, TextParameter<B> b, TextParameter<C> c, TextParameter<D> d, TextParameter<E> e,
        Func<A, B, C, D, E, TObject> build, Func<TObject, (A, B, C, D, E)> values) where TObject : T =>
        Add(name, description, example, typeof(TObject), [a, b, c, d, e], given => build((A)given[0]!, (B)given[1]!, (C)given[2]!, (D)given[3]!, (E)given[4]!), value => Items(values((TObject)value)));

    internal void Add<TObject, A, B, C, D, E, F>(string name, string description, string example, TextParameter<A> a, TextParameter<B> b, TextParameter<C> c, TextParameter<D> d, TextParameter<E> e, TextParameter<F> f,
        Func<A, B, C, D, E, F, TObject> build, Func<TObject, (A, B, C, D, E, F)> values) where TObject : T =>
        Add(name, description, example, typeof(TObject), [a, b, c, d, e, f], given => build((A)given[0]!, (B)given[1]!, (C)given[2]!, (D)given[3]!, (E)given[4]!, (F)given[5]!), value => Items(values((TObject)value)));

    internal void Add<TObject, A, B, C, D, E, F, G>(string name, string description, string example, TextParameter<A> a, TextParameter<B> b, TextParameter<C> c, TextParameter<D> d, TextParameter<E> e, TextParameter<F> f, TextParameter<G> g,
        Func<A, B, C, D, E, F, G, TObject> build, Func<TObject, (A, B, C, D, E, F, G)> values) where TObject : T =>
        Add(name, description, example, typeof(TObject), [a, b, c, d, e, f, g], given => build((A)given[0]!, (B)given[1]!, (C)given[2]!, (D)given[3]!, (E)given[4]!, (F)given[5]!, (G)given[6]!), value => Items(values((TObject)value)));

    private static object?[] Items(ITuple values) => [.. Enumerable.Range(0, values.Length).Select(i => values[i])];

    private void Add(string name, string description, string example, Type type, IReadOnlyList<TextParameter> parameters, Func<object?[], T> build, Func<T, object?[]> values)
    {
        var entry = new TextEntry<T>(name, description, example, type, parameters, build, values);
        _entries.Add(entry);
        _byType.Add(type, entry);
    }
}
