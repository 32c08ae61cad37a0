{{- /* Names and labels, for all templates. */ -}}

{{- define "zeebe-operator.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "zeebe-operator.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride }}
{{- $long := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) }}
{{- default $long .Values.fullnameOverride | trunc 50 | trimSuffix "-" }}
{{- end }}

{{- define "zeebe-operator.serviceAccountName" -}}
{{- $default := ternary (include "zeebe-operator.fullname" .) "default" .Values.serviceAccount.create }}
{{- default $default .Values.serviceAccount.name }}
{{- end }}

{{- define "zeebe-operator.selectorLabels" -}}
app.kubernetes.io/name: {{ include "zeebe-operator.name" . }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{- define "zeebe-operator.labels" -}}
{{ include "zeebe-operator.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- /* What the operator may do: the one list is manifests/rbac/role.yaml. */ -}}
{{- define "zeebe-operator.rules" -}}
{{- range (.Files.Get "files/role.yaml" | fromYaml).rules }}
{{- $needed := or $.Values.workers.kubernetesJobs (not (or (has "jobs" .resources) (has "pods" .resources))) }}
{{- if and (has "secrets" .resources) (not $.Values.workers.kubernetesJobs) }}
{{- $_ := set . "verbs" (list "get") }}
{{- end }}
{{- if $needed }}
{{ list . | toYaml }}
{{- end }}
{{- end }}
{{- end }}

{{- define "zeebe-operator.subjects" -}}
- kind: ServiceAccount
  name: {{ include "zeebe-operator.serviceAccountName" . }}
  namespace: {{ .Release.Namespace }}
{{- end }}
