# What containers use and how large the services' data are. Both take seconds, so they are begun early and read late.
# shellcheck shell=bash

start_measuring() {
  exec {stats}< <(docker_within 20 stats --no-stream --no-trunc --format '{{.ID}} {{.CPUPerc}} {{.MemUsage}}' 2>/dev/null)
  local service id=none
  for service in "${services[@]}"; do
    [[ ${service_container_of[$service]} == none ]] && continue
    id=${service_container_of[$service]}
  done
  [[ $id == none ]] || exec {sizes}< <(measure_services "$id")
}

# The data belong to the services' own users, so `du` runs as root, in a container of an image that is on the host already:
# with no network, everything read-only, no right but to read, and gone afterwards.
measure_services() {
  local image
  image=$(docker_within 10 inspect --type container --format '{{.Image}}' "$1" 2>/dev/null) || return 0
  docker_within 60 run --rm --pull never --label=dokku --network none --read-only --user 0 --log-driver none \
    --cap-drop ALL --cap-add DAC_READ_SEARCH --security-opt no-new-privileges \
    --mount "type=bind,source=${DOKKU_LIB_HOST_ROOT:-$DOKKU_LIB_ROOT}/services,target=/services,readonly" \
    --entrypoint du "$image" -sk "${services[@]/#//services/}" 2>&1
}

# `memory_of` and `cpu_of` by container, `size_of` by service. What cannot be measured is left out.
read_measures() {
  local id cpu memory line service
  local -a unreadable=()
  while read -r id cpu memory _; do
    bytes_of "$memory"
    [[ $REPLY && $cpu =~ ^([0-9]+(\.[0-9]+)?)%$ ]] || continue
    memory_of[$id]=$REPLY
    cpu_of[$id]=${BASH_REMATCH[1]}
  done <&"$stats"
  [[ $sizes ]] || return 0
  while IFS= read -r line; do
    if [[ $line =~ ^([0-9]+)$'\t'/services/([^/]+/[^/]+)$ ]]; then
      size_of[${BASH_REMATCH[2]}]=$((BASH_REMATCH[1] * 1024))
    elif [[ $line == *'ermission denied'* && $line =~ /services/([^/\']+/[^/\']+) ]]; then
      unreadable+=("${BASH_REMATCH[1]}")
    fi
  done <&"$sizes"
  # The sum of what could be read is not the size.
  for service in "${unreadable[@]}"; do size_of[$service]=; done
}

# `12.34MiB` → 12939427; empty for what is no amount.
bytes_of() {
  REPLY=
  [[ $1 =~ ^([0-9]{1,6})(\.([0-9]{1,3}))?(B|KiB|MiB|GiB|TiB)$ ]] || return 0
  local -A shift_of=([B]=0 [KiB]=10 [MiB]=20 [GiB]=30 [TiB]=40)
  local unit=${shift_of[${BASH_REMATCH[4]}]} thousandths=${BASH_REMATCH[3]}000
  REPLY=$((((10#${BASH_REMATCH[1]} * 1000 + 10#${thousandths:0:3}) << unit) / 1000))
}

stats='' sizes=''
declare -A memory_of cpu_of size_of
