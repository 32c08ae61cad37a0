{{- /* What runs, and the options it is started with. */ -}}

{{- define "zeebe-operator.image" -}}
{{- if .Values.image.digest }}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest }}
{{- else }}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) }}
{{- end }}
{{- end }}

{{- define "zeebe-operator.args" -}}
- run
{{- range .Values.watchNamespaces }}
- --namespace={{ . }}
{{- end }}
{{- with .Values.connection.address }}
- --connection-address={{ . }}
{{- end }}
- --metrics-port={{ .Values.metrics.port }}
- --log-format={{ .Values.log.format }}
- --log-level={{ .Values.log.level }}
{{- if gt (int .Values.replicaCount) 1 }}
- --leader-elect
- --leader-elect-lease={{ include "zeebe-operator.fullname" . }}
{{- end }}
{{- range .Values.workers.httpAllow }}
- --worker-http-allow={{ . }}
{{- end }}
{{- end }}
