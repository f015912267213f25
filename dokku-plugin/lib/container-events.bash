# What Docker's events say of an app's processes. A deploy starts a container named `app.web.1.upcoming-123`, checks it, names
# it in the app's CONTAINER.web.1 file, renames it to `app.web.1` and stops the one before, which is nobody's news.
# shellcheck shell=bash

container_event='{{.TimeNano}}|{{.Action}}|{{.Actor.ID}}|{{.Actor.Attributes.name}}|{{index .Actor.Attributes "exitCode"}}'
container_event+='|{{index .Actor.Attributes "signal"}}|{{index .Actor.Attributes "oldName"}}'
container_event+='|{{index .Actor.Attributes "com.dokku.app-name"}}|{{index .Actor.Attributes "com.dokku.dyno"}}'

# How often Docker restarted the current containers already, and which wait to be restarted.
remember_containers() {
  local id status restarts exit_code
  printf -v remembered_at '%(%s)T' -1
  inspect_containers "${container_of[@]}"
  for id in "${!state_of[@]}"; do
    read -r status restarts _ exit_code _ <<<"${state_of[$id]}"
    restarts_of[$id]=$restarts
    [[ $status == restarting ]] || continue
    exit_code_of[$id]=$exit_code
  done
}

remember_scales() {
  local app
  for app in "${apps[@]}"; do
    scale_of "$app"
    scale_before[$app]=$REPLY
  done
}

# The variables here are those of the functions that it calls.
tell_of_container() {
  local nanos action id name exit_code signal old_name app dyno at standing
  IFS='|' read -r nanos action id name exit_code signal old_name app dyno <<<"$1"
  [[ $nanos =~ ^[0-9]{19}$ && $id =~ ^[0-9a-f]{64}$ && $app =~ ^[a-z0-9][a-z0-9._-]*$ && $dyno =~ ^[A-Za-z0-9_-]+\.[0-9]+$ ]] ||
    return 0
  [[ $exit_code =~ ^[0-9]+$ ]] || exit_code=unknown
  printf -v at '%(%Y-%m-%dT%H:%M:%S)T.%sZ' "${nanos:0:10}" "${nanos:10:3}"
  standing_of "$app" "$dyno" "$id" "$name"
  standing=$REPLY
  tell_of_scale
  case $action in
    kill) is_asked_to_stop "$signal" && asked_at[$id]=${nanos:0:10} ;;
    oom) out_of_memory[$id]=1 ;;
    start) tell_of_start ;;
    die) tell_of_death ;;
    rename) tell_of_rename ;;
  esac
  return 0
}

# `current`, `upcoming` while its deploy goes on, or `retired`.
standing_of() {
  container_in "$DOKKU_ROOT/$1/CONTAINER.$2"
  if [[ $REPLY == "$3" ]]; then
    REPLY=current
  elif [[ $4 == *.upcoming-* ]]; then
    REPLY=upcoming
  else
    REPLY=retired
  fi
}

# Reloading and user-defined signals are no wish to end it.
is_asked_to_stop() {
  [[ $1 =~ ^[0-9]+$ && $1 != 1 && $1 != 10 && $1 != 12 ]]
}

# Dokku writes the new scale down before it starts or stops the first container for it.
tell_of_scale() {
  local before=${scale_before[$app]} counts
  scale_of "$app"
  [[ $REPLY != "$before" ]] || return 0
  scale_before[$app]=$REPLY
  counts=${REPLY//[\{\}\"]/}
  counts=${counts//:/=}
  [[ ! $before ]] || say "$at" "$app" '' scaled "The app was scaled to ${counts//,/ }."
}

tell_of_start() {
  local exit_code=${exit_code_of[$id]}
  unset "exit_code_of[$id]" "asked_at[$id]" "out_of_memory[$id]"
  if [[ $standing == upcoming ]]; then
    say "$at" "$app" "$dyno" started "A new container of $dyno started and is being checked."
  elif [[ $standing == current && $exit_code ]]; then
    # What happened before they were counted is counted already.
    ((${nanos:0:10} < remembered_at)) || restarts_of[$id]=$((restarts_of[$id] + 1))
    say "$at" "$app" "$dyno" restarting "$dyno restarts after exit code $exit_code (restart ${restarts_of[$id]})."
  elif [[ $standing == current ]]; then
    restarts_of[$id]=0
    say "$at" "$app" "$dyno" started "$dyno started."
  fi
}

tell_of_death() {
  local how="with exit code $exit_code" asked=${asked_at[$id]}
  [[ ${out_of_memory[$id]} ]] && how+=', out of memory'
  if [[ $asked ]] && ((${nanos:0:10} - asked <= 300)); then
    case $standing in
      current) say "$at" "$app" "$dyno" stopped "$dyno was stopped." ;;
      upcoming) say "$at" "$app" "$dyno" stopped "The new container of $dyno was stopped before it went live." ;;
    esac
    return
  fi
  exit_code_of[$id]=$exit_code
  case $standing in
    current) say "$at" "$app" "$dyno" died "$dyno died $how." ;;
    upcoming) say "$at" "$app" "$dyno" died "The new container of $dyno died $how before it went live." ;;
  esac
}

# Dokku renames the new containers of a deploy one right after the other, when all of them are live.
tell_of_rename() {
  local before=${renamed_at[$app]:-0} commit=
  [[ $standing == current && $old_name == *.upcoming-* ]] || return 0
  renamed_at[$app]=${nanos:0:10}
  ((${nanos:0:10} - before > 10)) || return 0
  first_line "$DOKKU_LIB_ROOT/config/git/$app/source-image"
  if [[ ! $REPLY ]]; then
    sha_of "$app"
    commit=${REPLY:0:8}
  fi
  say "$at" "$app" '' deployed "New containers went live${commit:+ at commit $commit}."
}

declare -A restarts_of exit_code_of asked_at out_of_memory renamed_at scale_before
remembered_at=0
