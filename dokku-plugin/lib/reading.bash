# Reads what Dokku keeps in small files and writes JSON, with nothing but builtins: there are hundreds of apps, and a process
# for each would take the host seconds. A function that answers one value leaves it in REPLY.
# shellcheck shell=bash
shopt -s nullglob
export LC_ALL=C TZ=UTC0

fail() {
  echo " !     $*" >&2
  exit 1
}

# The first line of a file; empty when there is none.
first_line() {
  REPLY=
  { IFS= read -r REPLY <"$1"; } 2>/dev/null || true
}

# All words of a file, in the array `words`.
words_in() {
  words=()
  { IFS=$' \t\r\n' read -r -d '' -a words <"$1"; } 2>/dev/null || true
}

# The value of a key in the plugin.toml of a plugin's directory.
plugin_toml() {
  local line pattern="^$2[[:space:]]*=[[:space:]]*\"([^\"]*)\""
  local -a lines=()
  { mapfile -t lines <"$1/plugin.toml"; } 2>/dev/null || true
  REPLY=
  for line in "${lines[@]}"; do
    [[ $line =~ $pattern ]] || continue
    REPLY=${BASH_REMATCH[1]}
    return 0
  done
}

# Nothing that is told here has control characters in earnest, so they are dropped instead of written as escapes.
json_string() {
  REPLY=${1//[[:cntrl:]]/}
  REPLY=${REPLY//\\/\\\\}
  REPLY=\"${REPLY//\"/\\\"}\"
}

json_strings() {
  local word list=
  for word in "$@"; do
    json_string "$word"
    list+=,$REPLY
  done
  REPLY="[${list#,}]"
}

# Whole seconds since 1970, or null.
json_epoch() {
  REPLY=null
  if [[ $1 =~ ^[1-9][0-9]{0,11}$ ]]; then REPLY=$1; fi
}

# shellcheck disable=SC2034 # Not every command reads words.
declare -a words
