using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Phosphene.Runtime.Onnx;
using Xunit;
using static Phosphene.Runtime.Tests.Onnx.OnnxBytes;

namespace Phosphene.Runtime.Tests.Onnx;

public sealed class ExternalDataTests : ModelFiles
{
    private static readonly float[] Weights = [1.5f, -2, 3, 4, 5, 6];

    /// <summary>y = x + w, with w [2, 3] elsewhere.</summary>
    private static byte[] Pointing(params ReadOnlySpan<(string Key, string Value)> entries) => Model(
        Graph([Node("Add", "x w", "y")], [External("w", 1, [2, 3], entries)], [Value("x", 2, 3)], [Value("y", 2, 3)]));

    private static byte[] External(string name, int type, long[] extents, ReadOnlySpan<(string Key, string Value)> entries) => Join(
        [TensorHead(name, type, extents), .. entries.ToArray().Select(entry => Bytes(13, Join(Text(1, entry.Key), Text(2, entry.Value)))), Varint(14, 1)]);

    private static byte[] Payload(int before = 0) => [.. new byte[before], .. MemoryMarshal.AsBytes(Weights.AsSpan())];

    private string In(string name) => Path.Combine(Path.GetDirectoryName(Write([0], "folder.txt"))!, name);

    private string Refusal(params ReadOnlySpan<(string Key, string Value)> entries)
    {
        ModelFormatException failure = Refused(Pointing(entries));
        Assert.Contains("tensor 'w' Float32 [2, 3], which Add 'y_node' reads, ", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith("; export the model again, or save it as one file.", failure.Message, StringComparison.Ordinal);
        return failure.Message;
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(10, true)]
    [InlineData(10, false)]
    public void Weights_in_another_file_are_read_where_they_are(int offset, bool length)
    {
        Write(Payload(offset), "w.bin");
        (string, string) at = ("offset", offset.ToString(CultureInfo.InvariantCulture));
        OnnxModel model = Open(length ? Pointing(("location", "w.bin"), at, ("length", "24"), ("checksum", "abc")) : Pointing(("location", "w.bin"), at));
        Assert.Equal(Weights, model.Graph.Initializers[0].ToFloats().ToArray());
        ReadOnlyMemory<float> weights = model.Graph.Initializers[0].ToFloats();
        model.Dispose();
        Assert.Throws<ObjectDisposedException>(() => weights.Span[1]);
    }

    [Fact]
    public void A_folder_beside_the_model_and_a_step_in_place_are_followed()
    {
        Directory.CreateDirectory(In("weights"));
        File.WriteAllBytes(In("weights/w.bin"), Payload());
        Assert.Equal(6f, Open(Pointing(("location", "./weights//w.bin"))).Graph.Initializers[0].ToFloats().Span[5]);
    }

    [LinuxFact]
    public void A_thousand_files_are_not_held_open()
    {
        byte[][] tensors = [.. Enumerable.Range(0, 1500).Select(i =>
        {
            Write([.. BitConverter.GetBytes((float)i)], $"w{i}.bin");
            return External($"w{i}", 1, [1], [("location", $"w{i}.bin")]);
        })];
        OnnxModel model = Open(Model(Graph([], tensors)));
        Assert.Equal(1499f, model.Graph.Initializers[1499].ToFloats().Span[0]);
        Assert.InRange(Directory.GetFiles("/proc/self/fd").Length, 0, 1000);
    }

    [Fact]
    public void The_tensor_of_an_attribute_may_lie_elsewhere_too()
    {
        Write(Payload(), "w.bin");
        byte[] constant = Node("Constant", "", "y", TensorAttribute("value", External("v", 1, [6], [("location", "w.bin")])));
        Assert.Equal(6f, ((TensorAttribute)Open(Model(Graph([constant]))).Graph.Nodes[0].Attributes[0]).Value.ToFloats().Span[5]);
        byte[] lost = Node("Constant", "", "y", TensorAttribute("value", External("v", 1, [6], [("location", "v.bin")])));
        Assert.Contains("tensor 'v' Float32 [6] of Constant 'y_node' is in file 'v.bin', which is not in the model's folder", Refused(Model(Graph([lost]))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/etc/passwd", "is in file '/etc/passwd', an absolute path, where only files under the model's folder are read")]
    [InlineData("C:\\secret", "is in file 'C:\\secret', an absolute path")]
    [InlineData("\\\\host\\share", "an absolute path")]
    [InlineData("../w.bin", "is in file '../w.bin', which leads out of the model's folder ('..')")]
    [InlineData("a/../../w.bin", "which leads out of the model's folder ('..')")]
    [InlineData("a\\..\\w.bin", "which leads out of the model's folder ('..')")]
    [InlineData("w\nbin", "is in file 'w\\u000Abin', whose name has control characters")]
    [InlineData("lost.bin", "is in file 'lost.bin', which is not in the model's folder (keep it beside the model)")]
    [InlineData(".", "is in '.', which is a folder, not a file")]
    [InlineData("", "names no file for its external data")]
    public void A_place_outside_the_folder_is_refused(string location, string why) => Assert.Contains(why, Refusal(("location", location)), StringComparison.Ordinal);

    [Theory]
    [InlineData("offset", "-4", "begins at byte -4 of 'w.bin', where at least 0 is expected")]
    [InlineData("offset", "4", "lies at bytes 4 to 28 of 'w.bin', which has only 24")]
    [InlineData("offset", "9223372036854775807", "lies at bytes 9223372036854775807 to 9223372036854775831 of 'w.bin', which has only 24")]
    [InlineData("length", "20", "has 20 bytes in 'w.bin', where its shape needs 24")]
    [InlineData("length", "-1", "has -1 bytes in 'w.bin', where its shape needs 24")]
    public void A_place_outside_the_file_is_refused(string key, string value, string why)
    {
        Write(Payload(), "w.bin");
        Assert.Contains(why, Refusal(("location", "w.bin"), (key, value)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("offset", "twelve", "initializer 0, external data has offset 'twelve', where a number is expected")]
    [InlineData("length", "99999999999999999999", "has length '99999999999999999999', where a number is expected")]
    [InlineData("hidden", "x", "has the entry 'hidden', where location, offset, length and checksum are known")]
    public void An_entry_that_is_none_is_refused(string key, string value, string why) =>
        Assert.Contains(why, Refused(Pointing(("location", "w.bin"), (key, value))).Message, StringComparison.Ordinal);

    [Fact]
    public void Data_in_the_file_and_elsewhere_is_refused()
    {
        byte[] tensor = Join(External("w", 1, [1], [("location", "w.bin")]), Bytes(9, [0, 0, 0, 0]));
        Assert.Contains("('w') holds its data twice (field 9 and another file), where one is allowed", Refused(Model(Graph([], [tensor]))).Message, StringComparison.Ordinal);
    }

    [UnixFact]
    public void Links_of_every_kind_are_refused()
    {
        Write(Payload(), "w.bin");
        File.CreateSymbolicLink(In("link.bin"), In("w.bin"));
        Assert.Contains("is in file 'link.bin', a symbolic link, where only ordinary files are read", Refusal(("location", "link.bin")), StringComparison.Ordinal);

        Directory.CreateDirectory(In("real"));
        File.WriteAllBytes(In("real/w.bin"), Payload());
        Directory.CreateSymbolicLink(In("parent"), In("real"));
        Assert.Contains("is in file 'parent/w.bin', behind the link 'parent', where only ordinary folders", Refusal(("location", "parent/w.bin")), StringComparison.Ordinal);

        File.CreateSymbolicLink(In("dangling.bin"), In("nowhere"));
        Assert.Contains("a symbolic link", Refusal(("location", "dangling.bin")), StringComparison.Ordinal);
    }

    [LinuxFact]
    public void A_hard_link_is_refused_and_so_are_pipes_devices_and_empty_files()
    {
        Write(Payload(), "w.bin");
        Assert.Equal(0, Shell("ln", In("w.bin"), In("hard.bin")));
        Assert.Contains("is in file 'hard.bin', which has another name elsewhere (a hard link)", Refusal(("location", "hard.bin")), StringComparison.Ordinal);
        Assert.Equal(0, Shell("mkfifo", In("pipe.bin")));
        Assert.Contains("is in 'pipe.bin', a pipe or a device, where only ordinary files are read", Refusal(("location", "pipe.bin")), StringComparison.Ordinal);
        Write([], "empty.bin");
        Assert.Contains("is in file 'empty.bin', which is empty", Refusal(("location", "empty.bin")), StringComparison.Ordinal);
    }

    [LinuxFact]
    public void A_model_that_is_a_pipe_or_a_device_is_refused_and_not_waited_for()
    {
        Assert.Equal(0, Shell("mkfifo", In("pipe.onnx")));
        foreach (string path in (string[])[In("pipe.onnx"), "/dev/zero"])
            Assert.Equal($"'{path}' is not a regular file; save the model to disk first.", Assert.Throws<ModelFormatException>(() => OnnxModel.Open(path)).Message);
    }

    private static int Shell(string command, params string[] words)
    {
        using Process process = Process.Start(command, words);
        process.WaitForExit();
        return process.ExitCode;
    }
}
