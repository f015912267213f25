# What the service plugins (postgres, redis, …) keep. They share one layout and one form of description.
# shellcheck shell=bash

# The arrays `service_plugins` and, of `plugin/name`, `services` with their containers in `service_container_of`.
find_services() {
  local plugin service words_of_family='(^|[^a-z])service plugin($|[^a-z])'
  for plugin in "$PLUGIN_ENABLED_PATH"/*/; do
    plugin=${plugin%/}
    plugin_toml "$plugin" description
    [[ ${REPLY,,} =~ $words_of_family && ${plugin##*/} =~ ^[A-Za-z0-9][A-Za-z0-9_-]*$ ]] || continue
    plugin=${plugin##*/}
    service_plugins+=("$plugin")
    for service in "$DOKKU_LIB_ROOT/services/$plugin"/*/; do
      service=${service%/}
      [[ ${service##*/} =~ ^[A-Za-z0-9_][A-Za-z0-9_.-]*$ ]] || continue
      services+=("$plugin/${service##*/}")
      container_in "$service/ID"
      service_container_of[${services[-1]}]=$REPLY
    done
  done
}

describe_service() {
  local service=$1 directory=$DOKKU_LIB_ROOT/services/$1 status=missing image='' version=''
  read -r status _ _ _ _ image <<<"${state_of[${service_container_of[$service]}]:-missing}"
  image=${image%%@*}
  [[ ${image##*/} == *:* ]] && version=${image##*:}
  if [[ ! $version ]]; then
    first_line "$directory/IMAGE_VERSION"
    version=$REPLY
  fi
  json_string "$version"
  [[ $version ]] && version=$REPLY || version=null
  words_in "$directory/LINKS"
  json_strings "${words[@]}"
  REPLY="{\"plugin\":\"${service%%/*}\",\"name\":\"${service#*/}\",\"status\":\"$status\",\"version\":$version\
,\"links\":$REPLY,\"size-bytes\":${size_of[$service]:-null}}"
}

declare -a service_plugins services
declare -A service_container_of size_of
