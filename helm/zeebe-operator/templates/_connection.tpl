{{- /* The default connection as the variables and files of docs/configuration.md. */ -}}

{{- define "zeebe-operator.env" -}}
{{- $connection := .Values.connection }}
{{- $plain := dict
  "ZEEBE_INSECURE_CONNECTION" (ternary "true" "" $connection.plaintext)
  "CAMUNDA_REST_ADDRESS" $connection.restAddress
  "ZEEBE_OPERATOR_ALLOW_PLAINTEXT_CREDENTIALS" (ternary "true" "" $connection.allowPlaintextCredentials)
  "CAMUNDA_CLUSTER_ID" $connection.saas.clusterId
  "CAMUNDA_CLUSTER_REGION" $connection.saas.region
  "CAMUNDA_OAUTH_URL" $connection.oauth.tokenUrl
  "CAMUNDA_TOKEN_AUDIENCE" $connection.oauth.audience
  "CAMUNDA_OAUTH_SCOPE" $connection.oauth.scope
  "ZEEBE_OVERRIDE_AUTHORITY" $connection.tls.serverName
  "CAMUNDA_MTLS_CA_PATH" (ternary (printf "/etc/zeebe-operator/ca/%s" $connection.tls.ca.key) "" (not (empty $connection.tls.ca.existingSecret)))
  "CAMUNDA_MTLS_CERT_PATH" (ternary "/etc/zeebe-operator/client-cert/tls.crt" "" (not (empty $connection.tls.clientCert.existingSecret)))
  "CAMUNDA_MTLS_KEY_PATH" (ternary "/etc/zeebe-operator/client-cert/tls.key" "" (not (empty $connection.tls.clientCert.existingSecret)))
}}
{{- range $name, $value := $plain }}
{{- if $value }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- end }}
{{- with $connection.oauth.existingSecret }}
- name: CAMUNDA_CLIENT_ID
  valueFrom: {secretKeyRef: {name: {{ . | quote }}, key: clientId}}
- name: CAMUNDA_CLIENT_SECRET
  valueFrom: {secretKeyRef: {name: {{ . | quote }}, key: clientSecret}}
{{- end }}
{{- with $connection.basic.existingSecret }}
- name: CAMUNDA_BASIC_AUTH_USERNAME
  valueFrom: {secretKeyRef: {name: {{ . | quote }}, key: username}}
- name: CAMUNDA_BASIC_AUTH_PASSWORD
  valueFrom: {secretKeyRef: {name: {{ . | quote }}, key: password}}
{{- end }}
{{- with .Values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "zeebe-operator.volumeMounts" -}}
{{- if .Values.connection.tls.ca.existingSecret }}
- {name: ca, mountPath: /etc/zeebe-operator/ca, readOnly: true}
{{- end }}
{{- if .Values.connection.tls.clientCert.existingSecret }}
- {name: client-cert, mountPath: /etc/zeebe-operator/client-cert, readOnly: true}
{{- end }}
{{- with .Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "zeebe-operator.volumes" -}}
{{- with .Values.connection.tls.ca.existingSecret }}
- name: ca
  secret: {secretName: {{ . | quote }}}
{{- end }}
{{- with .Values.connection.tls.clientCert.existingSecret }}
- name: client-cert
  secret: {secretName: {{ . | quote }}}
{{- end }}
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end }}
