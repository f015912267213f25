# What Dokku knows of its apps, out of the files where it keeps it (Dokku 0.30 to 0.38).
# shellcheck shell=bash

# The array `apps`: every directory with the name of an app.
find_apps() {
  local directory name
  apps=()
  for directory in "$DOKKU_ROOT"/*/; do
    name=${directory%/}
    name=${name##*/}
    [[ $name =~ ^[a-z0-9][a-z0-9._-]*$ ]] || continue
    apps+=("$name")
  done
}

# The array `processes` of `app/type.index`, and their containers in `container_of`. Dokku keeps the containers of earlier
# deploys for a while, and nothing but these files tells which are the current ones.
find_processes() {
  local app file
  processes=()
  container_of=()
  for app in "${apps[@]}"; do
    for file in "$DOKKU_ROOT/$app"/CONTAINER.*; do
      [[ ${file##*/} =~ ^CONTAINER\.([A-Za-z0-9_-]+\.[1-9][0-9]{0,4})$ ]] || continue
      processes+=("$app/${BASH_REMATCH[1]}")
      container_in "$file"
      container_of[${processes[-1]}]=$REPLY
    done
  done
}

# The container id in a file, or `none`.
container_in() {
  first_line "$1"
  [[ $REPLY =~ ^[0-9a-f]{64}$ ]] || REPLY=none
}

# Dokku 0.34 moved the lock out of the app's directory.
is_locked() {
  [[ -e $DOKKU_LIB_ROOT/data/apps/$1/.deploy.lock || -e $DOKKU_ROOT/$1/.deploy.lock ]]
}

# Wished containers by process type, as a JSON object.
scale_of() {
  local word counts='' pattern='^([A-Za-z0-9_-]+)=([0-9]{1,9})$'
  local -a wished
  local -A seen=()
  words_in "$DOKKU_LIB_ROOT/config/ps/$1/scale"
  wished=("${words[@]}")
  # Process types that the Procfile no longer has.
  words_in "$DOKKU_LIB_ROOT/config/ps/$1/scale.old"
  for word in "${wished[@]}" "${words[@]}"; do
    [[ $word =~ $pattern ]] || continue
    [[ ${seen[${BASH_REMATCH[1]}]} ]] && continue
    seen[${BASH_REMATCH[1]}]=1
    counts+=",\"${BASH_REMATCH[1]}\":$((10#${BASH_REMATCH[2]}))"
  done
  REPLY="{${counts#,}}"
}

# The commit that the app's repository stands at; empty when it has none.
sha_of() {
  local reference line
  local -a packed=()
  first_line "$DOKKU_ROOT/$1/HEAD"
  if [[ $REPLY == 'ref: '* ]]; then
    reference=${REPLY#ref: }
    first_line "$DOKKU_ROOT/$1/$reference"
    if [[ ! $REPLY ]]; then
      { mapfile -t packed <"$DOKKU_ROOT/$1/packed-refs"; } 2>/dev/null || true
      for line in "${packed[@]}"; do
        [[ $line == *" $reference" ]] || continue
        REPLY=${line%% *}
      done
    fi
  fi
  [[ $REPLY =~ ^([0-9a-f]{40}|[0-9a-f]{64})$ ]] || REPLY=
}

# When the branch that Dokku deploys was last moved, as `git:report` tells it: `deployed_at_of`.
read_deploy_times() {
  local app branch usual seconds path
  local -a heads=()
  first_line "$DOKKU_LIB_ROOT/config/git/--global/deploy-branch"
  usual=${REPLY:-master}
  for app in "${apps[@]}"; do
    first_line "$DOKKU_LIB_ROOT/config/git/$app/deploy-branch"
    branch=$DOKKU_ROOT/$app/refs/heads/${REPLY:-$usual}
    [[ -f $branch ]] || continue
    heads+=("$branch")
  done
  [[ ${#heads[@]} -gt 0 ]] || return 0
  while read -r seconds path; do
    path=${path#"$DOKKU_ROOT/"}
    deployed_at_of[${path%%/*}]=$seconds
  done < <(stat --format '%Y %n' -- "${heads[@]}" 2>/dev/null)
}

# Two settings stand among an app's secrets: `without_domains` and, up to Dokku 0.37, `without_restore`. Nothing but their
# own lines is taken out of those files.
read_switches() {
  local app path line
  local -a files=()
  local -A app_of=()
  for app in "${apps[@]}"; do
    for path in "$DOKKU_LIB_ROOT/config/$app/ENV" "$DOKKU_ROOT/$app/ENV"; do
      [[ -f $path ]] || continue
      files+=("$path")
      app_of[$path]=$app
      break
    done
  done
  [[ ${#files[@]} -gt 0 ]] || return 0
  while IFS= read -r line; do
    app=${app_of[${line%:*}]}
    case ${line##*:} in
      *NO_VHOST=*) without_domains[$app]=1 ;;
      *) without_restore[$app]=1 ;;
    esac
  done < <(grep --with-filename --extended-regexp \
    "^(export )?(NO_VHOST=[\"']?1|DOKKU_APP_RESTORE=[\"']?0)[\"']?\$" -- "${files[@]}" 2>/dev/null || true)
}

declare -a apps processes
# shellcheck disable=SC2034 # Not every command reads all of them.
declare -A container_of deployed_at_of without_domains without_restore
