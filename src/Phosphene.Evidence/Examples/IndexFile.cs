using Microsoft.Data.Sqlite;
using Phosphene.Evidence.Datasets;
using Phosphene.Images;
using Phosphene.Runtime.Files;
using Phosphene.Syntax;

namespace Phosphene.Evidence.Examples;

/// <summary>The SQLite file of an index: what it is of, and either how far the pass is or what it found. docs/examples.md states the tables.</summary>
internal sealed class IndexFile : IDisposable
{
    // "phos", so that a file of another kind is known by its header.
    private const int ApplicationId = 0x70686F73, NotADatabase = 26, Busy = 5, Locked = 6;

    private const string Schema = """
        CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE layer (number INTEGER PRIMARY KEY, name TEXT NOT NULL, height INTEGER NOT NULL, width INTEGER NOT NULL, field_height REAL NOT NULL, field_width REAL NOT NULL, stride_y REAL NOT NULL, stride_x REAL NOT NULL);
        CREATE TABLE unit (layer INTEGER NOT NULL, channel INTEGER NOT NULL, images INTEGER NOT NULL, highest REAL NOT NULL, lowest REAL NOT NULL, mean REAL NOT NULL, maximum_mean REAL NOT NULL,
            maximum_deviation REAL NOT NULL, active INTEGER NOT NULL, everywhere INTEGER NOT NULL, PRIMARY KEY (layer, channel)) WITHOUT ROWID;
        CREATE TABLE image (number INTEGER PRIMARY KEY, file TEXT NOT NULL, class TEXT, height INTEGER NOT NULL, width INTEGER NOT NULL);
        CREATE TABLE example (layer INTEGER NOT NULL, channel INTEGER NOT NULL, kind TEXT NOT NULL, rank INTEGER NOT NULL, image INTEGER NOT NULL, value REAL NOT NULL, mean REAL NOT NULL, y INTEGER NOT NULL,
            x INTEGER NOT NULL, "top" INTEGER NOT NULL, "left" INTEGER NOT NULL, height INTEGER NOT NULL, width INTEGER NOT NULL, PRIMARY KEY (layer, channel, kind, rank)) WITHOUT ROWID;
        CREATE TABLE skipped (file TEXT PRIMARY KEY, reason TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE progress (layer INTEGER PRIMARY KEY, state BLOB NOT NULL);
        CREATE VIEW examples AS SELECT l.name AS layer, e.channel, e.kind, e.rank, e.value, e.mean, i.file, i.class, e.y, e.x, e."top", e."left", e.height, e.width
            FROM example e JOIN layer l ON l.number = e.layer JOIN image i ON i.number = e.image;
        """;

    private static readonly (ExampleKind Kind, string Word)[] s_words =
        [(ExampleKind.Top, "top"), (ExampleKind.Bottom, "bottom"), (ExampleKind.SlightlyPositive, "slightly positive"), (ExampleKind.SlightlyNegative, "slightly negative"), (ExampleKind.Random, "random")];

    private readonly SqliteConnection _connection;
    private readonly string _path;

    private IndexFile(SqliteConnection connection, string path) => (_connection, _path) = (connection, path);

    /// <summary>What the index is of: names and values.</summary>
    public IReadOnlyDictionary<string, string> About { get; private set; } = new Dictionary<string, string>();

    /// <summary>How many images are done.</summary>
    public int Done { get; private set; }

    /// <summary>Whether all are.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Opens an index, or begins one if there is no file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="about">What it is of, if it is begun; null if it has to be there.</param>
    /// <exception cref="InputFileException">The file is another one, or cannot be used.</exception>
    /// <exception cref="OutputFileException">It cannot be written.</exception>
    public static IndexFile Open(string path, IReadOnlyDictionary<string, string>? about)
    {
        if (about is null && !File.Exists(path)) throw new InputFileException($"Index '{path}' does not exist; check its path.");
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 2, Mode = about is null ? SqliteOpenMode.ReadOnly : SqliteOpenMode.ReadWriteCreate }.ToString());
        var file = new IndexFile(connection, path);
        try
        {
            file.Try(() =>
            {
                connection.Open();
                if (about is not null) file.Begin(about);
                file.ReadAbout();
            });
            return file;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    // What is written waits for nobody, and nobody else writes.
    private void Begin(IReadOnlyDictionary<string, string> about)
    {
        Execute("PRAGMA locking_mode = EXCLUSIVE");
        using SqliteTransaction transaction = _connection.BeginTransaction();
        if (Number("SELECT count(*) FROM sqlite_schema") == 0)
        {
            Execute($"PRAGMA application_id = {ApplicationId}; {Schema}");
            using SqliteCommand insert = Command("INSERT INTO about VALUES ($0, $1)", 2);
            foreach ((string name, string value) in about) Run(insert, name, value);
            Run(insert, "done", "0");
            Run(insert, "complete", "0");
        }
        transaction.Commit();
    }

    private void ReadAbout()
    {
        if (Number("PRAGMA application_id") != ApplicationId) throw new InputFileException($"'{_path}' is no index of examples; give another name, or delete it.");
        var about = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (object[] row in Rows("SELECT name, value FROM about")) about.Add((string)row[0], (string)row[1]);
        (Done, IsComplete) = (int.Parse(about["done"], System.Globalization.CultureInfo.InvariantCulture), about["complete"] == "1");
        About = about;
    }

    /// <summary>What was found until the work was cut off, layer by layer; nothing at the beginning.</summary>
    public IReadOnlyList<byte[]> Progress => Try(() => (IReadOnlyList<byte[]>)[.. Rows("SELECT state FROM progress ORDER BY layer").Select(row => (byte[])row[0])]);

    /// <summary>Keeps how far the pass is, whole or not at all.</summary>
    /// <param name="done">How many images are done.</param>
    /// <param name="layers">What was found.</param>
    /// <param name="skipped">The images skipped since the last time.</param>
    public void Keep(int done, IReadOnlyList<LayerExamples> layers, IEnumerable<SkippedImage> skipped) => InTransaction(() =>
    {
        using SqliteCommand state = Command("INSERT OR REPLACE INTO progress VALUES ($0, $1)", 2);
        for (int layer = 0; layer < layers.Count; layer++) Run(state, layer, layers[layer].State);
        Advance(done, skipped);
    });

    /// <summary>Writes what was found in place of how far the pass was, whole or not at all.</summary>
    /// <param name="images">The images.</param>
    /// <param name="layers">What was found.</param>
    /// <param name="skipped">The images skipped since the last time.</param>
    public void Complete(Dataset images, IReadOnlyList<LayerExamples> layers, IEnumerable<SkippedImage> skipped)
    {
        InTransaction(() =>
        {
            Execute("DROP TABLE progress");
            Advance(images.Files.Count, skipped);
            Execute("UPDATE about SET value = '1' WHERE name = 'complete'");
            var seen = new SortedDictionary<int, ImageSize>();
            for (int layer = 0; layer < layers.Count; layer++) Write(layer, layers[layer], seen);
            using SqliteCommand insert = Command("INSERT INTO image VALUES ($0, $1, $2, $3, $4)", 5);
            foreach ((int number, ImageSize size) in seen)
            {
                string name = images.Files[number];
                Run(insert, number, name, images.ClassOf(name) ?? (object)DBNull.Value, size.Height, size.Width);
            }
        });
        IsComplete = true;
    }

    private void Write(int number, LayerExamples layer, SortedDictionary<int, ImageSize> seen)
    {
        using SqliteCommand layers = Command("INSERT INTO layer VALUES ($0, $1, $2, $3, $4, $5, $6, $7)", 8), units = Command("INSERT INTO unit VALUES ($0, $1, $2, $3, $4, $5, $6, $7, $8, $9)", 10),
            examples = Command("INSERT INTO example VALUES ($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)", 13);
        Run(layers, number, layer.Layer.ToString(), layer.Height, layer.Width, layer.Field.Height, layer.Field.Width, layer.Field.StrideY, layer.Field.StrideX);
        for (int unit = 0; unit < layer.Channels.Length; unit++)
        {
            int channel = layer.Channels[unit];
            UnitSums sums = layer.SumsOf(unit);
            double images = Math.Max(1, sums.Images), mean = sums.Maxima / images;
            Run(units, number, channel, sums.Images, sums.Highest, sums.Lowest, sums.Means / images, mean, Math.Sqrt(Math.Max(0, sums.Squares / images - mean * mean)), sums.Active, sums.Everywhere);
            foreach (CandidateLists list in layer.Lists)
            {
                Candidate[] kept = list.Of(unit).ToArray();
                if (list.Kind == ExampleKind.Random) kept = [.. kept.OrderBy(candidate => candidate.Value)];
                for (int rank = 0; rank < kept.Length; rank++)
                {
                    Candidate candidate = kept[rank];
                    var size = new ImageSize(candidate.Height, candidate.Width);
                    seen[candidate.Image] = size;
                    (int y, int x) = Math.DivRem(candidate.Position, layer.Width);
                    (int top, int left, int height, int width) = layer.Field.At(y, x);
                    (top, left, height, width) = new Covering(size, layer.Field.Image).Behind(top, left, height, width);
                    Run(examples, number, channel, WordOf(list.Kind), rank, candidate.Image, candidate.Value, candidate.Mean, y, x, top, left, height, width);
                }
            }
        }
    }

    private void Advance(int done, IEnumerable<SkippedImage> skipped)
    {
        using SqliteCommand advance = Command("UPDATE about SET value = $0 WHERE name = 'done'", 1), skip = Command("INSERT OR REPLACE INTO skipped VALUES ($0, $1)", 2);
        Run(advance, done.ToString(System.Globalization.CultureInfo.InvariantCulture));
        foreach (SkippedImage image in skipped) Run(skip, image.File, image.Reason);
        Done = done;
    }

    /// <summary>The images that could not be read, by name.</summary>
    public IReadOnlyList<SkippedImage> Skipped => Try(() => (IReadOnlyList<SkippedImage>)[.. Rows("SELECT file, reason FROM skipped ORDER BY file").Select(row => new SkippedImage((string)row[0], (string)row[1]))]);

    /// <summary>The names of the layers.</summary>
    public IReadOnlyList<string> Layers => Try(() => (IReadOnlyList<string>)[.. Rows("SELECT name FROM layer ORDER BY number").Select(row => (string)row[0])]);

    /// <summary>The channels of a layer that are in the index, in order.</summary>
    public IReadOnlyList<int> ChannelsOf(int layer) => Try(() => (IReadOnlyList<int>)[.. Rows("SELECT channel FROM unit WHERE layer = $0 ORDER BY channel", layer).Select(row => (int)(long)row[0])]);

    /// <summary>What a unit gives over all images; null if it is not in the index.</summary>
    public UnitSummary? SummaryOf(int layer, int channel) => Try(() =>
        Rows("SELECT images, highest, lowest, mean, maximum_mean, maximum_deviation, active, everywhere FROM unit WHERE layer = $0 AND channel = $1", layer, channel)
            .Select(row => new UnitSummary((long)row[0], (float)(double)row[1], (float)(double)row[2], (double)row[3], (double)row[4], (double)row[5], (long)row[6], (long)row[7])).FirstOrDefault());

    /// <summary>The examples of a unit of a kind, in order.</summary>
    public IReadOnlyList<UnitExample> Of(int layer, int channel, ExampleKind kind) => Try(() => (IReadOnlyList<UnitExample>)
    [
        .. Rows("""
            SELECT e.rank, i.file, e.value, e.mean, e.y, e.x, e."top", e."left", e.height, e.width FROM example e JOIN image i ON i.number = e.image
            WHERE e.layer = $0 AND e.channel = $1 AND e.kind = $2 ORDER BY e.rank
            """, layer, channel, WordOf(kind)).Select(row => new UnitExample(kind, (int)(long)row[0], (string)row[1], (float)(double)row[2], (float)(double)row[3],
                (int)(long)row[4], (int)(long)row[5], ((int)(long)row[6], (int)(long)row[7], (int)(long)row[8], (int)(long)row[9]))),
    ]);

    private static string WordOf(ExampleKind kind) => s_words.First(entry => entry.Kind == kind).Word;

    private void InTransaction(Action write) => Try(() =>
    {
        using SqliteTransaction transaction = _connection.BeginTransaction();
        write();
        transaction.Commit();
    });

    private SqliteCommand Command(string text, int parameters)
    {
        SqliteCommand command = _connection.CreateCommand();
        command.CommandText = text;
        for (int i = 0; i < parameters; i++) command.Parameters.Add(new SqliteParameter(FormattableString.Invariant($"${i}"), null));
        return command;
    }

    private static void Run(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (int i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i];
        command.ExecuteNonQuery();
    }

    private void Execute(string text)
    {
        using SqliteCommand command = _connection.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }

    private long Number(string text)
    {
        using SqliteCommand command = _connection.CreateCommand();
        command.CommandText = text;
        return (long)command.ExecuteScalar()!;
    }

    private IEnumerable<object[]> Rows(string text, params object[] values)
    {
        using SqliteCommand command = Command(text, values.Length);
        for (int i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i];
        using SqliteDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            var row = new object[reader.FieldCount];
            reader.GetValues(row);
            yield return row;
        }
    }

    private void Try(Action action) => Try<object?>(() =>
    {
        action();
        return null;
    });

    // What SQLite says in the words of the others.
    private T Try<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (SqliteException error)
        {
            throw error.SqliteErrorCode switch
            {
                NotADatabase => new InputFileException($"'{_path}' is no index of examples; give another name, or delete it.", error),
                Busy or Locked => new InputFileException($"Index '{_path}' is in use by another process; wait until that has ended.", error),
                _ => new OutputFileException($"Index '{_path}' cannot be read or written: {error.Message}", error),
            };
        }
    }

    public void Dispose() => _connection.Dispose();
}
