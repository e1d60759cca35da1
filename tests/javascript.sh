#!/usr/bin/env bash
# Checks the types of the scripts of the galleries and of the studio, which are plain JavaScript with types in comments.
#
#   tests/javascript.sh
#
# Needs npm, which fetches the compiler of TypeScript into a temporary folder. Where it is missing the script says that it was skipped.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
command -v npm > /dev/null || { echo 'JavaScript: skipped, there is no npm here; apt-get install --no-install-recommends nodejs npm'; exit 0; }
tools=$(mktemp -d "${TMPDIR:-/tmp}/phosphene-types.XXXXXX")
trap 'rm -rf "$tools"' EXIT
npm install --silent --no-save --no-package-lock --no-audit --no-fund --prefix "$tools" typescript@5.9.3 > /dev/null 2>&1 || { echo 'JavaScript: skipped, TypeScript cannot be fetched here.'; exit 0; }

check() { "$tools/node_modules/.bin/tsc" --allowJs --checkJs --strict --noEmit --target es2022 --lib es2022,dom,dom.iterable "$@"; }
check "$root"/src/Phosphene.Pages/Galleries/*.js
check --module es2022 --moduleResolution bundler "$root"/src/Phosphene.Studio/wwwroot/*.js
echo 'JavaScript: the types agree.'
