using System.Security.Cryptography;
using System.Text;
using Phosphene.Runtime.Files;

namespace Phosphene.Studio.Security;

/// <summary>
/// What a browser has to show: 256 random bits, which only the owner of the state folder can read. It stays the same from start to start, so that a page that was open can be reloaded.
/// </summary>
internal sealed class AccessToken
{
    private const int Digits = 64;
    private const string FileName = "token";

    private readonly byte[] _bytes;

    private AccessToken(string text) => (Text, _bytes) = (text, Encoding.ASCII.GetBytes(text));

    /// <summary>The token, 64 hexadecimal digits.</summary>
    public string Text { get; }

    /// <summary>The token of a state folder; made, if there is none.</summary>
    /// <exception cref="OutputFileException">It cannot be written.</exception>
    public static AccessToken Of(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (File.Exists(path) && File.ReadAllText(path) is { Length: Digits } text && text.All(char.IsAsciiHexDigitLower)) return new AccessToken(text);
        var made = new AccessToken(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Digits / 2)));
        AtomicFile.Write(path, stream => stream.Write(made._bytes));
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return made;
    }

    /// <summary>Whether a text is the token; in a time that does not depend on how much of it is.</summary>
    public bool Is(string? text) => text is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(text), _bytes);
}
