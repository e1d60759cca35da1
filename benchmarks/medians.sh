# To be sourced: what the comparisons of this folder share.

# median FILE WHO WHAT: the median over the lines of a file that begin with who, name what, and have "median N ms".
median() {
    grep "^$2.* $3[ ,]" "$1" | sed -n 's/.*median \([0-9.]*\) ms.*/\1/p' | sort -n | awk '{ v[NR] = $1 } END { print (v[int((NR + 1) / 2)] + v[int((NR + 2) / 2)]) / 2 }'
}

# Builds Phosphene's command line and its peers, as commands $phosphene and $peers.
build_peers() {
    dotnet build -c Release -v quiet --nologo "$root/src/Phosphene.Cli" >&2
    dotnet build -c Release -v quiet --nologo "$root/benchmarks/peers" -o "$root/artifacts/peers" >&2
    phosphene=("dotnet" "$root/src/Phosphene.Cli/bin/Release/net10.0/Phosphene.Cli.dll")
    # What libtorch frees stays with the process. The C library would give it back to the system, and libtorch would clear it anew in each step: 105 instead of
    # 86 ms on GoogLeNet. So it is as fast operator by operator as a traced network, and no allocator of Python's world is missed.
    peers=("env" "MALLOC_MMAP_THRESHOLD_=1000000000" "MALLOC_TRIM_THRESHOLD_=2000000000" "MALLOC_TOP_PAD_=100000000" "dotnet" "$root/artifacts/peers/Phosphene.Peers.dll")
    # TorchSharp asks for GLIBCXX_3.4.32, which the libstdc++ of Debian 12 does not have, for the sake of one symbol that nothing in it uses. After the name's hash
    # (0x0297f842) stand the flags: 2 says that the loader may do without.
    local torch_sharp=$root/artifacts/peers/libLibTorchSharp.so
    [ ! -f "$torch_sharp" ] || LC_ALL=C sed -i 's/\x42\xf8\x97\x02\x00\x00/\x42\xf8\x97\x02\x02\x00/' "$torch_sharp"
}
