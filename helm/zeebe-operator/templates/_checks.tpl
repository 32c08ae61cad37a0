{{- /* What a schema cannot say well: values that do not go together. Called by the Deployment. */ -}}
{{- define "zeebe-operator.check" -}}
{{- $connection := .Values.connection }}
{{- $saas := $connection.saas }}
{{- $oauth := $connection.oauth.existingSecret }}
{{- $basic := $connection.basic.existingSecret }}
{{- $certificates := or $connection.tls.ca.existingSecret $connection.tls.clientCert.existingSecret }}
{{- $somewhere := or $connection.address $saas.clusterId }}
{{- $unencrypted := or $connection.plaintext (regexMatch "^(grpc|http)://" $connection.address) }}
{{- if and .Values.rbac.namespaced (not .Values.watchNamespaces) }}
{{- fail "rbac.namespaced: a Role is made in each of watchNamespaces, but it is empty; name the namespaces there, or leave rbac.namespaced false" }}
{{- end }}
{{- if and $connection.address $saas.clusterId }}
{{- fail "connection.address, connection.saas.clusterId: both say where the gateway is; set only one of them" }}
{{- end }}
{{- if ne (empty $saas.clusterId) (empty $saas.region) }}
{{- fail "connection.saas: needs both clusterId and region; set both, or neither of them" }}
{{- end }}
{{- if and (or $oauth $basic $certificates $connection.restAddress) (not $somewhere) }}
{{- fail "connection.address: is empty, but other values of connection are set; say where the gateway is" }}
{{- end }}
{{- if and $oauth $basic }}
{{- fail "connection.oauth.existingSecret, connection.basic.existingSecret: only one kind of credentials can be used; set only one of them" }}
{{- end }}
{{- if and $oauth (not $connection.oauth.tokenUrl) (not $saas.clusterId) }}
{{- fail "connection.oauth.tokenUrl: is needed with connection.oauth.existingSecret; set the URL of the token endpoint" }}
{{- end }}
{{- if and $unencrypted $certificates }}
{{- fail "connection.tls: is for TLS, but the connection is without; leave connection.plaintext false and write grpcs://HOST:PORT, or set no Secrets in connection.tls" }}
{{- end }}
{{- if and $unencrypted (or $oauth $basic) (not $connection.allowPlaintextCredentials) }}
{{- fail "connection.plaintext: credentials would travel without TLS; use TLS, or set connection.allowPlaintextCredentials" }}
{{- end }}
{{- if and .Values.metrics.serviceMonitor.enabled (not .Values.metrics.service.enabled) }}
{{- fail "metrics.serviceMonitor.enabled: needs metrics.service.enabled; set it, or use metrics.podMonitor" }}
{{- end }}
{{- end }}
