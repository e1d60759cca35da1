#!/usr/bin/env dotnet
#:project ../src/Phosphene.Runtime/Phosphene.Runtime.csproj
#:property RestorePackagesWithLockFile=false

// How many small files a folder takes in a second, written as a sweep writes them: under another name, flushed, renamed. And how many can be looked at, as a task does that goes on.
//
//     dotnet run -c Release benchmarks/files.cs -- FOLDER

using System.Diagnostics;
using System.Globalization;
using Phosphene.Runtime.Files;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
const int Bytes = 32_000;                                            // a picture of 128 pixels; its record has 500
TimeSpan most = TimeSpan.FromSeconds(5);
string folder = Directory.CreateDirectory(Path.Combine(args[0], $"files-{Environment.ProcessId}")).FullName;
byte[] content = new byte[Bytes];
new Random(1).NextBytes(content);
try
{
    foreach (int writers in new[] { 1, 4, 16 })
    {
        int written = 0;
        long start = Stopwatch.GetTimestamp();
        Thread[] threads = [.. Enumerable.Range(0, writers).Select(_ => new Thread(Write))];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        Console.WriteLine($"{writers,2} writers: {written / Stopwatch.GetElapsedTime(start).TotalSeconds:0} files a second");

        void Write()
        {
            while (Stopwatch.GetElapsedTime(start) < most) AtomicFile.Write(Path.Combine(folder, $"{Interlocked.Increment(ref written)}"), stream => stream.Write(content));
        }
    }
    string[] files = Directory.GetFiles(folder);
    long began = Stopwatch.GetTimestamp();
    foreach (string file in files) File.ReadAllBytes(file);
    Console.WriteLine($"reading: {files.Length / Stopwatch.GetElapsedTime(began).TotalSeconds:0} files a second, right after they were written");
}
finally
{
    Directory.Delete(folder, recursive: true);
}
