#!/bin/sh
# Cuts the two faces of this folder out of Noto Sans CJK SC (Debian package fonts-noto-cjk, font version 2.004).
# Needs python3 with fonttools. Usage: assets/fonts/cut.sh
set -eu
here=$(cd "$(dirname "$0")" && pwd)
source=${NOTO_CJK:-/usr/share/fonts/opentype/noto}
letters=$(mktemp)
trap 'rm -f "$letters"' EXIT

# All 6,763 characters and the signs of GB 2312, Latin-1, punctuation, arrows, numbers in circles, simple shapes,
# full-width forms.
python3 - "$letters" <<'PY'
import sys
letters = set()
for high in range(0xA1, 0xF8):
    for low in range(0xA1, 0xFF):
        try:
            letters.add(bytes([high, low]).decode("gb2312"))
        except UnicodeDecodeError:
            pass
for first, last in [(0x20, 0x7E), (0xA0, 0xFF), (0x2000, 0x206F), (0x2190, 0x21FF), (0x2460, 0x24FF),
                    (0x25A0, 0x260F), (0x2700, 0x271F), (0x3000, 0x301F), (0xFF00, 0xFF5F)]:
    letters.update(map(chr, range(first, last + 1)))
letters.update("€№℃Ω")
open(sys.argv[1], "w", encoding="utf-8").write("".join(sorted(letters)))
PY

cut() { # cut WEIGHT TARGET
    pyftsubset "$source/NotoSansCJK-$1.ttc" --font-number=2 --text-file="$letters" --no-hinting \
        --layout-features=kern --drop-tables+=vhea,vmtx,VORG,DSIG,BASE --output-file="$here/$2"
}
cut Regular jiedao-sans-sc.otf
cut Bold jiedao-sans-sc-bold.otf
