using Phosphene.Cli;

using var interruption = Interruption.FromSignals();
var terminal = new Terminal(Console.Out, Console.Error, ShowsProgress: !Console.IsErrorRedirected, interruption);
return CommandLine.Run(args, terminal);
