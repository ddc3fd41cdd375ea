# Writes $3 into a new file named $2 in the folder $1, and removes it when standard input is closed, whoever closes it.
LC_ALL=C
export LC_ALL
echo "user $(id -u 2>/dev/null) $(id -g 2>/dev/null)"
echo "folder $(ls -ldn "$1" 2>/dev/null)"
command -v rm >/dev/null || { echo "no rm" >&2; exit 3; }
file=$1/$2
set -C
trap 'rm -f "$file"' EXIT
trap 'exit 4' HUP INT TERM
# What cannot be made may be somebody else's.
true >"$file" || { trap - EXIT; exit 5; }
# Some shells' printf fails without a word.
printf %s "$3" >|"$file" || { echo "the file was made, and not filled: is the volume full?" >&2; exit 5; }
echo "file $(ls -ln "$file" 2>/dev/null)"
echo written
while read -r line; do :; done
rm "$file" && echo removed
