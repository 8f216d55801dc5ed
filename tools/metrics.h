/* SPDX-License-Identifier: GPL-2.0 */
/*
 * metrics.h - the tables as metrics, by the rules of Prometheus.
 */
#ifndef TCPATH_METRICS_H
#define TCPATH_METRICS_H

#include <stdio.h>

#include "tables.h"

/**
 * enum metrics_format - how metrics are written
 * @METRICS_PROMETHEUS:  text format 0.0.4, which promtool and node_exporter read
 * @METRICS_OPENMETRICS: OpenMetrics 1.0
 */
enum metrics_format {
	METRICS_PROMETHEUS,
	METRICS_OPENMETRICS,
};

/* Rows of a table that become series; those with the most attempts come first. */
#define METRICS_ROWS 200

void metrics_write(FILE *to, const struct tables *t, enum metrics_format format);

#endif
