using Phosphene.Cli;

using var interruption = Interruption.FromSignals();
return CommandLine.Run(args, Terminal.OfProcess(interruption));
