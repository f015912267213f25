# What Docker knows.
# shellcheck shell=bash

# A Docker that hangs must not leave one more waiting process on the host at each look.
docker_within() {
  timeout --kill-after=5 "$1" "${DOCKER_BIN:-docker}" "${@:2}"
}

# `state_of[id]`: `status restarts started-at exit-code oom-killed image` of those of the containers that exist, and
# `docker_directory`. An answer that is not whole ends the command: a container that Docker did not tell of is not missing.
inspect_containers() {
  local attempt listed told id state
  local -a present
  local -A asked=()
  for id in "$@"; do asked[$id]=1; done
  for attempt in 1 2 3; do
    listed=$(docker_within 30 ps --all --quiet --no-trunc) || fail 'Docker does not answer.'
    present=()
    for id in $listed; do
      [[ ${asked[$id]} ]] || continue
      present+=("$id")
    done
    state_of=()
    [[ ${#present[@]} -gt 0 ]] || return 0
    # One that goes away between the two questions fails the second, so both are asked again.
    told=$(docker_within 60 inspect --type container --format "$inspected" "${present[@]}" 2>/dev/null) || continue
    while read -r id state; do
      state_of[$id]=${state%%|*}
      [[ $state == *'|/'*/containers/* ]] || continue
      docker_directory=${state#*|}
      docker_directory=${docker_directory%/containers/*}
    done <<<"$told"
    return 0
  done
  fail "Docker does not tell the state of all containers ($attempt attempts)."
}

inspected='{{.Id}} {{.State.Status}} {{.RestartCount}} {{.State.StartedAt}} {{.State.ExitCode}} {{.State.OOMKilled}}'
inspected+=' {{.Config.Image}}|{{.ResolvConfPath}}'
# Where Docker keeps its data, unless the path of a container's own file tells otherwise.
docker_directory=/var/lib/docker

declare -A state_of
