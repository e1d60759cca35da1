using System.Text.Json;
using System.Text.Json.Serialization;

namespace Phosphene.Atlas.Networks;

/// <summary>How a <see cref="NetworkMap"/> is read and written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(NetworkMap))]
internal sealed partial class NetworkMapJson : JsonSerializerContext;
