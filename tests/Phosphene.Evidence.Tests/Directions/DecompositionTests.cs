using Phosphene.Evidence.Directions;
using Phosphene.Syntax;
using Phosphene.Tests;
using Xunit;

namespace Phosphene.Evidence.Tests.Directions;

/// <summary>Principal components, factors, facets and whitening, on samples whose answers are known.</summary>
public sealed class DecompositionTests
{
    private static void AssertClose(IEnumerable<double> expected, IEnumerable<float> actual, double tolerance = 1e-6) =>
        Assert.All(expected.Zip(actual.ToArray()), pair => Assert.Equal(pair.First, pair.Second, tolerance));

    private static Matrix MatrixOf(int rows, int columns, double[] values)
    {
        var matrix = new Matrix(rows, columns);
        values.CopyTo(matrix.Values, 0);
        return matrix;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(33)]
    public void Eigenvectors_are_orthogonal_and_give_the_matrix_back(int n)
    {
        double[] numbers = [.. Evaluate.Numbers(n * n, n).Select(number => (double)number)];
        var symmetric = new Matrix(n, n);
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++) symmetric[i, j] = numbers[i * n + j] + numbers[j * n + i];
        (double[] values, Matrix vectors) = SymmetricEigen.Of(symmetric);
        Assert.Equal(values.OrderDescending(), values);
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
            {
                Assert.Equal(i == j ? 1 : 0, Matrix.Dot(vectors.Row(i), vectors.Row(j)), 1e-12);
                double sum = 0;
                for (int k = 0; k < n; k++) sum += values[k] * vectors[k, i] * vectors[k, j];
                Assert.Equal(symmetric[i, j], sum, 1e-12);
            }
    }

    [Fact]
    public void Eigenvalues_by_hand()
    {
        // (2 1; 1 2): 3 along (1, 1), 1 along (1, -1). A diagonal matrix and one of zeros are done already.
        (double[] values, Matrix vectors) = SymmetricEigen.Of(MatrixOf(2, 2, [2, 1, 1, 2]));
        Assert.Equal([3, 1], values.Select(value => Math.Round(value, 12)));
        Assert.Equal(Math.Sqrt(0.5), Math.Abs(vectors[0, 0]), 1e-12);
        Assert.Equal(vectors[0, 0], vectors[0, 1], 1e-12);
        Assert.Equal([5, 2, -3], SymmetricEigen.Of(MatrixOf(3, 3, [2, 0, 0, 0, -3, 0, 0, 0, 5])).Values);
        Assert.Equal([0, 0], SymmetricEigen.Of(new Matrix(2, 2)).Values);
    }

    [Fact]
    public void Products_are_those_of_a_plain_loop()
    {
        Matrix a = MatrixOf(5, 7, [.. Evaluate.Numbers(35, 1).Select(number => (double)number)]), b = MatrixOf(3, 7, [.. Evaluate.Numbers(21, 2).Select(number => (double)number)]), c = MatrixOf(5, 3, [.. Evaluate.Numbers(15, 3).Select(number => (double)number)]);
        for (int i = 0; i < 5; i++)
            for (int j = 0; j < 3; j++) Assert.Equal(Enumerable.Range(0, 7).Sum(k => a[i, k] * b[j, k]), a.TimesTransposed(b)[i, j], 1e-12);
        for (int i = 0; i < 7; i++)
            for (int j = 0; j < 3; j++) Assert.Equal(Enumerable.Range(0, 5).Sum(k => a[k, i] * c[k, j]), a.TransposedTimes(c)[i, j], 1e-12);
        for (int i = 0; i < 5; i++)
            for (int j = 0; j < 7; j++) Assert.Equal(Enumerable.Range(0, 3).Sum(k => c[i, k] * b[k, j]), c.Times(b)[i, j], 1e-12);
    }

    [Fact]
    public void The_first_component_is_where_the_activations_vary_most()
    {
        // Around the mean (10, 20): ±2·(0.6, 0.8) and ±1·(-0.8, 0.6). Variances: 2·4/3 and 2·1/3.
        PrincipalComponents components = PrincipalComponents.Of(new ActivationSample(2, [11.2f, 21.6f, 8.8f, 18.4f, 9.2f, 20.6f, 10.8f, 19.4f]), 2);
        AssertClose([0.6, 0.8, 0.8, -0.6], components.Directions, 1e-5);
        AssertClose([8 / 3.0, 2 / 3.0], components.Variances.Select(value => (float)value), 1e-5);
        Assert.Equal(10 / 3.0, components.TotalVariance, 1e-5);
        Assert.Equal(2, PrincipalComponents.Of(new ActivationSample(2, [11.2f, 21.6f, 8.8f, 18.4f, 9.2f, 20.6f, 10.8f, 19.4f]), 1).Directions.Count);
        Assert.Throws<UsageException>(() => PrincipalComponents.Of(new ActivationSample(2, [1, 2]), 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => PrincipalComponents.Of(new ActivationSample(2, [1, 2, 3, 4]), 3));
    }

    [Fact]
    public void Whitening_is_the_inverse_of_the_second_moment()
    {
        // AᵀA / n of (2, 0), (0, 4), (2, 4), (0, 0) is (2 2; 2 8), its inverse (8 -2; -2 2) / 12.
        Whitening whitening = Whitening.Of(new ActivationSample(2, [2, 0, 0, 4, 2, 4, 0, 0]));
        AssertClose([8 / 12.0, -2 / 12.0, -2 / 12.0, 2 / 12.0], whitening.Values);
        Assert.Equal(0, whitening.LeftOut);
    }

    [Fact]
    public void Whitening_leaves_out_what_is_never_active()
    {
        Whitening whitening = Whitening.Of(new ActivationSample(3, [2, 0, 0, 0, 0, 4, 2, 0, 4, 0, 0, 0]));
        AssertClose([8 / 12.0, 0, -2 / 12.0, 0, 0, 0, -2 / 12.0, 0, 2 / 12.0], whitening.Values);
        Assert.Equal(1, whitening.LeftOut);
        Assert.All(Whitening.Of(new ActivationSample(2, new float[6])).Values, value => Assert.Equal(0, value));
    }

    [Fact]
    public void Factors_find_the_parts_that_activations_are_sums_of()
    {
        // Parts (3, 4, 0, 0)/5 and (0, 0, 5, 12)/13, each alone at least once: the factors can only be these.
        double[][] parts = [[0.6, 0.8, 0, 0], [0, 0, 5 / 13.0, 12 / 13.0]];
        (double First, double Second)[] weights = [(10, 0), (0, 2), (3, 1), (1, 3), (7, 0.5), (0, 0)];
        var sample = new ActivationSample(4, [.. weights.SelectMany(weight => Enumerable.Range(0, 4).Select(c => (float)(weight.First * parts[0][c] + weight.Second * parts[1][c])))]);
        NonnegativeFactors factors = NonnegativeFactors.Of(sample, 2, seed: 3, updates: 5000);
        AssertClose([.. parts[0], .. parts[1]], factors.Directions, 2e-3);
        Assert.Equal(1, factors.Explained, 1e-6);
        Assert.Equal(weights.Sum(weight => weight.First * weight.First) / weights.Sum(weight => weight.First * weight.First + weight.Second * weight.Second), factors.Shares[0], 1e-2);
    }

    [Fact]
    public void Updates_make_the_factors_better_and_the_seed_decides_them()
    {
        var sample = new ActivationSample(9, Evaluate.Numbers(9 * 40, 5, 0, 1));
        double last = double.NegativeInfinity;
        foreach (int updates in new[] { 1, 2, 5, 20, 100 })
        {
            NonnegativeFactors factors = NonnegativeFactors.Of(sample, 3, 1, updates);
            Assert.InRange(factors.Explained, last, 1);
            Assert.All(factors.Directions, number => Assert.True(number >= 0));
            last = factors.Explained;
        }
        Assert.Equal(NonnegativeFactors.Of(sample, 3, 1, 20).Directions, NonnegativeFactors.Of(sample, 3, 1, 20).Directions);
        Assert.NotEqual(NonnegativeFactors.Of(sample, 3, 1, 20).Directions, NonnegativeFactors.Of(sample, 3, 2, 20).Directions);
        Assert.Contains("none can be negative; here one is -0.5", Assert.Throws<UsageException>(() => NonnegativeFactors.Of(new ActivationSample(2, [1, -0.5f]), 1)).Message, StringComparison.Ordinal);
        Assert.All(NonnegativeFactors.Of(new ActivationSample(2, new float[4]), 2).Directions, number => Assert.Equal(0, number));
    }

    [Fact]
    public void Facets_are_the_clusters_that_are_there()
    {
        // Five around (0, 0), three around (10, 0), two around (0, 20).
        var sample = new ActivationSample(2, [1, 0, -1, 0, 0, 1, 0, -1, 0, 0, 9, 0, 11, 0, 10, 0, 0, 19, 0, 21]);
        for (ulong seed = 0; seed < 5; seed++)
        {
            Facets facets = Facets.Of(sample, 3, seed);
            AssertClose([0, 0, 10, 0, 0, 20], facets.Centroids);
            Assert.Equal([5, 3, 2], facets.Sizes);
            Assert.Equal([0, 0, 0, 0, 0, 1, 1, 1, 2, 2], facets.FacetOf);
            Assert.Equal((4 * 1 + 2 * 1 + 2 * 1) / 10.0, facets.Spread, 1e-9);
        }
    }

    [Fact]
    public void Facets_of_equal_rows_and_of_too_few_are_no_trouble()
    {
        Facets equal = Facets.Of(new ActivationSample(1, [3, 3, 3, 3]), 2);
        Assert.Equal((4, 0.0), (equal.Sizes.Sum(), equal.Spread));
        Assert.All(equal.Centroids, number => Assert.Equal(3, number));
        Assert.Equal([7f, 2f], Facets.Of(new ActivationSample(1, [2, 7]), 2).Centroids.OrderDescending());
        Assert.Throws<UsageException>(() => Facets.Of(new ActivationSample(1, [2, 7]), 3));
    }
}
