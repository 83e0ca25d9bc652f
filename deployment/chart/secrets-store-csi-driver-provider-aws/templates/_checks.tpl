{{/* What the schema can't say: values that fit each for itself, but not together. */}}
{{- define "provider.check" -}}
{{- if and .Values.securityContext.privileged (eq (toString .Values.securityContext.allowPrivilegeEscalation) "false") -}}
{{- fail "securityContext.privileged is true while allowPrivilegeEscalation is false, which Kubernetes refuses: set securityContext.allowPrivilegeEscalation=true too" -}}
{{- end -}}
{{- if and (eq (int64 .Values.port) 0) (or .Values.metrics.podMonitor.enabled .Values.metrics.serviceMonitor.enabled) -}}
{{- fail "port is 0 (no metrics) while a monitor is enabled: set port to 8989, or metrics.podMonitor.enabled and metrics.serviceMonitor.enabled to false" -}}
{{- end -}}
{{- if and .Values.allowFileOwner .Values.driverWritesSecrets -}}
{{- fail "allowFileOwner and driverWritesSecrets are both true, but the driver makes all files root's: set one of them to false" -}}
{{- end -}}
{{- $reserved := list "NODE_NAME" -}}
{{- range .Values.env -}}
{{- if has .name $reserved -}}
{{- fail (printf "env sets %s, which the chart sets itself: remove it" .name) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "provider.updateStrategy" -}}
{{- $given := .Values.updateStrategy -}}
{{- if eq $given.type "OnDelete" -}}
type: OnDelete
{{- else -}}
type: RollingUpdate
rollingUpdate:
  {{- default (dict "maxSurge" 1 "maxUnavailable" 0) $given.rollingUpdate | toYaml | nindent 2 }}
{{- end -}}
{{- end -}}
