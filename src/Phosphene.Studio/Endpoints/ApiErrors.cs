using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Phosphene.Images;
using Phosphene.Runtime.Files;
using Phosphene.Runtime.Onnx;
using Phosphene.Studio.Live;
using Phosphene.Studio.Scheduling;
using Phosphene.Syntax;

namespace Phosphene.Studio.Endpoints;

/// <summary>What a page is told when something cannot be done: a sentence and, of a text, where it is wrong.</summary>
/// <param name="Message">One sentence.</param>
/// <param name="Field">Which text of the request is wrong; null if it is none.</param>
/// <param name="Position">The character at which it is wrong.</param>
internal sealed record ApiError(string Message, string? Field = null, int? Position = null);

internal static class ApiErrors
{
    /// <summary>Answers what endpoints throw.</summary>
    public static void UseStudioErrors(this WebApplication app) => app.Use(async (context, next) =>
    {
        try
        {
            await next(context).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for an answer.
        }
        catch (Exception error) when (!context.Response.HasStarted)
        {
            (int status, ApiError told) = Told(error);
            // What is left of a body that is too long is not waited for.
            if (status == StatusCodes.Status413PayloadTooLarge) context.Response.Headers.Connection = "close";
            context.Response.StatusCode = status;
            await context.Response.WriteAsJsonAsync(told).ConfigureAwait(false);
        }
    });

    private static (int Status, ApiError Error) Told(Exception error) => error switch
    {
        FieldException field => (StatusCodes.Status400BadRequest, new ApiError(field.Message, field.Field, field.Position)),
        TextFormatException text => (StatusCodes.Status400BadRequest, new ApiError(text.Message, null, text.Position)),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => (StatusCodes.Status413PayloadTooLarge, new ApiError("That is more than the studio takes.")),
        BadHttpRequestException bad => (bad.StatusCode, new ApiError("The request cannot be read.")),
        TooManyException => (StatusCodes.Status429TooManyRequests, new ApiError(error.Message)),
        MissingException => (StatusCodes.Status404NotFound, new ApiError(error.Message)),
        UsageException or ImageFormatException or ModelFormatException or InputFileException => (StatusCodes.Status400BadRequest, new ApiError(error.Message)),
        OutputFileException => (StatusCodes.Status507InsufficientStorage, new ApiError(error.Message)),
        ObjectDisposedException or OperationCanceledException => (StatusCodes.Status503ServiceUnavailable, new ApiError("The studio ends.")),
        _ => (StatusCodes.Status500InternalServerError, new ApiError($"This is a fault of the studio: {error.GetType().Name}: {error.Message}")),
    };
}

/// <summary>There is nothing of that name. The message says so.</summary>
internal sealed class MissingException(string message) : Exception(message);
