{{- define "provider.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* The release's name, with the chart's behind it unless it is in it already. */}}
{{- define "provider.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- $full := contains $name .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name $name) -}}
{{- $full | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "provider.serviceAccountName" -}}
{{- default (include "provider.fullname" .) .Values.rbac.serviceAccountName -}}
{{- end -}}

{{/* A DaemonSet's selector can't be changed later: this one is the official chart's. */}}
{{- define "provider.selector" -}}
app: {{ include "provider.name" . }}
{{- end -}}

{{/* commonLabels come first, so that none of them can take the place of a label the selector needs. */}}
{{- define "provider.labels" -}}
{{- $own := dict
  "app" (include "provider.name" .)
  "app.kubernetes.io/name" (include "provider.name" .)
  "app.kubernetes.io/instance" .Release.Name
  "app.kubernetes.io/version" .Chart.AppVersion
  "app.kubernetes.io/managed-by" .Release.Service
  "helm.sh/chart" (printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-") -}}
{{- toYaml (mergeOverwrite (dict) .Values.commonLabels $own) -}}
{{- end -}}

{{- define "provider.podLabels" -}}
{{- toYaml (mergeOverwrite (dict) .Values.podLabels (include "provider.labels" . | fromYaml)) -}}
{{- end -}}

{{- define "provider.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}{{ .repository }}@{{ .digest }}
{{- else -}}{{ .repository }}:{{ default $.Chart.AppVersion .tag }}
{{- end -}}
{{- end -}}
{{- end -}}
