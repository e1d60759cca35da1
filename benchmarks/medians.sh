# To be sourced: what the comparisons of this folder share.

# median FILE WHO WHAT: the median over the lines of a file that begin with who, name what, and have "median N ms".
median() {
    grep "^$2.* $3[ ,]" "$1" | sed -n 's/.*median \([0-9.]*\) ms.*/\1/p' | sort -n | awk '{ v[NR] = $1 } END { print (v[int((NR + 1) / 2)] + v[int((NR + 2) / 2)]) / 2 }'
}
