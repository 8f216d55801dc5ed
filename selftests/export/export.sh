#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# In a guest: what the command line shows is what promtool, a real Prometheus and a real
# nfcapd receive.
. /lab/lib.sh
trap site_down EXIT

cli() { in_box tcpath "$@"; }
json() { grep -oE "\"$1\":[^,}]*" | head -1 | cut -d: -f2 | tr -d '"'; } # KEY
series() { grep -F "$1" | head -1 | awk '{ print $NF }'; } # SERIES
get() { # PORT PATH [METHOD [HEADER]]
	in_box timeout 60 bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$0"
		printf "%s %s HTTP/1.0\r\n%s\r\n\r\n" "${2:-GET}" "$1" "${3:-Host: box}" >&3
		cat <&3' "$@" 2>/dev/null
}
listens() { in_box ss -Hltn "sport = :$1" | grep -q LISTEN; }

lab_up router
rule dst "$SERVER4" tcp1323opts 0 comment 'a "quoted" \ word'
deploy -q

# One shot.
cli export openmetrics --prometheus >"$LAB/metrics"
is "promtool finds nothing" "$(promtool check metrics <"$LAB/metrics" 2>&1)" ""
is "attempts" "$(series 'tcpath_events_total{event="syn"}' <"$LAB/metrics")" "$(counter syn)"
row="responder=\"$SERVER4\",port=\"80\",options=\"mss,sack-permitted\",stripped=\"wscale,timestamps\""
is "attempts of a row" "$(series "tcpath_attempts_total{$row}" <"$LAB/metrics")" \
	"$(cli -j show handshakes addr "$SERVER4" | json tried)"
is "answered of a row" "$(series "tcpath_attempt_outcomes_total{$row,outcome=\"answered\"}" \
	<"$LAB/metrics")" "$(cli -j show handshakes addr "$SERVER4" | json answered)"
like "a label is escaped" "$(<"$LAB/metrics")" 'comment="a \\"quoted\\" \\\\ word"'
cli -j show histograms >"$LAB/times"
for time in answer_time rtt_responder rtt_initiator; do
	measured=$(grep -oE "\"name\": *\"$time\", *\"count\": *[0-9]+" "$LAB/times" | grep -oE '[0-9]+$')
	is "all of $time" "$(series "tcpath_handshake_seconds_bucket{time=\"$time\",le=\"+Inf\"}" \
		<"$LAB/metrics")" "$measured"
	is "and their number" "$(series "tcpath_handshake_seconds_count{time=\"$time\"}" \
		<"$LAB/metrics")" "$measured"
	is "as many are below 1.05 s" "$(series \
		"tcpath_handshake_seconds_bucket{time=\"$time\",le=\"1.048576\"}" <"$LAB/metrics")" "$measured"
	ok "buckets of $time only grow" eval "grep -F 'seconds_bucket{time=\"$time\"' '$LAB/metrics' |
		awk '\$NF < n { bad = 1 } { n = \$NF } END { exit bad || NR != 23 }'"
done
cli export openmetrics >"$LAB/om"
is "OpenMetrics ends" "$(tail -1 "$LAB/om")" "# EOF"
like "and names the family of a counter without its suffix" "$(<"$LAB/om")" \
	'# TYPE tcpath_events counter'
ok "a textfile" cli export openmetrics --textfile "$LAB/tcpath.prom"
is "has the same names" "$(grep '^#' "$LAB/tcpath.prom")" "$(grep '^#' "$LAB/metrics")"
is "nothing else is left" "$(printf "%s\n" "$LAB"/tcpath.prom*)" "$LAB/tcpath.prom"
fails "a folder that is not there" cli export openmetrics --textfile "$LAB/nosuch/tcpath.prom"

# Over HTTP. What is killed later is started without a shell in between.
ip netns exec box tcpath export openmetrics --listen 9935 &
exporter=$!
ok "it listens" wait_for 20 listens 9935
is "on the loopback only" "$(in_box ss -Hltn 'sport = :9935' | awk '{ print $4 }')" 127.0.0.1:9935
get 9935 /metrics >"$LAB/http"
like "answers" "$(head -1 "$LAB/http")" ' 200 '
is "with the same numbers" "$(series 'tcpath_events_total{event="syn"}' <"$LAB/http")" "$(counter syn)"
like "in OpenMetrics for who asks" \
	"$(get 9935 /metrics GET 'Accept: application/openmetrics-text' | tr '\n' ' ')" \
	'application/openmetrics-text.*# EOF'
like "nothing else is there" "$(get 9935 / | head -1)" ' 404 '
like "nothing is taken" "$(get 9935 /metrics POST 'Content-Length: 0' | head -1)" ' 405 '
fails "an address in use" cli export openmetrics --listen 9935

# Prometheus itself.
cat >"$LAB/prometheus.yml" <<-END
	global: { scrape_interval: 2s }
	rule_files: [ /lab/tcpath.rules.yml ]
	scrape_configs:
	  - job_name: tcpath
	    static_configs: [ { targets: [ "127.0.0.1:9935" ] } ]
END
ip netns exec box prometheus --config.file="$LAB/prometheus.yml" --storage.tsdb.path="$LAB/tsdb" \
	--web.listen-address=127.0.0.1:9090 >"$LAB/prometheus.log" 2>&1 &
prometheus=$!
scraped() { get 9090 "/api/v1/query?query=$1" | grep -q '"value"'; }
value() { get 9090 "/api/v1/query?query=$1" | grep -oE '"value":\[[^]]*' | head -1 | grep -oE '[0-9.]+"' | tr -d '"'; }
ok "it scrapes" wait_for 240 scraped 'up%7Bjob%3D%22tcpath%22%7D%3D%3D1'
[ "$tap_failed" = 0 ] || note "$(tail -5 "$LAB/prometheus.log")"
is "and has what the CLI shows" "$(value 'tcpath_events_total%7Bevent%3D%22syn%22%7D')" "$(counter syn)"
is "the ruleset's generation, too" "$(value tcpath_ruleset_generation)" "$(cli -j status | json generation)"
is "a median of answers" "$(awk -v n="$(value 'histogram_quantile(0.5,tcpath_handshake_seconds_bucket%7Btime%3D%22answer_time%22%7D)')" \
	'BEGIN { print (n > 0 && n < 1) }')" 1
like "the alerts are loaded" "$(get 9090 /api/v1/rules | tr -d '\n')" 'TcpathUnanswered.*TcpathTableFull'
kill "$prometheus" "$exporter"
wait "$prometheus" "$exporter" 2>/dev/null

# IPFIX.
mkdir "$LAB/flows"
ip netns exec box nfcapd -w "$LAB/flows" -b 127.0.0.1 -p 4739 -t 3600 >"$LAB/nfcapd.log" 2>&1 &
collector=$!
bound() { in_box ss -Hlun 'sport = :4739' | grep -q .; }
ok "the collector is there" wait_for 60 bound
ok "flows are sent" cli export ipfix 127.0.0.1:4739
in_box /lab/client flows >"$LAB/table"
drained() { [ "$(in_box ss -Hlun 'sport = :4739' | awk '{ print $2 }')" = 0 ]; }
wait_for 20 drained
kill "$collector"
wait "$collector" 2>/dev/null
nfdump -q -N -o 'fmt:%sa %sp %da %dp %pkt' -R "$LAB/flows" 2>"$LAB/nfdump.err" | tr -s ' ' |
	sed 's/^ //; s/ $//' | sort >"$LAB/received"
# A line for each direction, from what the libnl client says.
sed -E 's/.*initiator.addr=([^ ]*) .*initiator.port=([^ ]*) .*initiator.segments=([^ ]*) .*responder.addr=([^ ]*) .*responder.port=([^ ]*) .*responder.segments=([^ ]*) .*/\1 \2 \4 \5 \3\n\4 \5 \1 \2 \6/' \
	"$LAB/table" | grep '^[0-9.]* [0-9]* [0-9.]* [0-9]* [0-9]*$' | sort >"$LAB/sent"
is "each flow has two directions" "$(wc -l <"$LAB/sent")" "$((2 * $(wc -l <"$LAB/table")))"
ok "nfcapd received what is in the table" diff "$LAB/sent" "$LAB/received"
[ "$tap_failed" = 0 ] || note "$(tail -n 5 "$LAB/nfcapd.log" "$LAB/nfdump.err")"
tap_done
