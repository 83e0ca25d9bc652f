{{/* The command line. Numbers may be written as digits, and large ones must not become 1e+06. */}}
{{- define "provider.args" -}}
- --provider-volume={{ .Values.providerVolume }}
{{- if .Values.driverWritesSecrets }}
- --driver-writes-secrets=true
{{- end }}
{{- if .Values.allowFileOwner }}
- --allow-file-owner=true
{{- end }}
{{- with .Values.k8sThrottlingParams }}
{{- if int64 .qps }}
- --qps={{ int64 .qps }}
{{- end }}
{{- if int64 .burst }}
- --burst={{ int64 .burst }}
{{- end }}
{{- end }}
{{- with .Values.podIdentityHttpTimeout }}
- --pod-identity-http-timeout={{ . }}
{{- end }}
{{- with .Values.eksAddonVersion }}
- --eks-addon-version={{ . }}
{{- end }}
{{- if int64 .Values.maxResponseBytes }}
- --max-response-bytes={{ int64 .Values.maxResponseBytes }}
{{- end }}
{{- if int64 .Values.maxVolumeBytes }}
- --max-volume-bytes={{ int64 .Values.maxVolumeBytes }}
{{- end }}
- --health-port={{ int64 .Values.port }}
{{- with .Values.logLevel }}
- --log-level={{ . }}
{{- end }}
{{- with .Values.logFormat }}
- --log-format={{ . }}
{{- end }}
{{- end -}}

{{- define "provider.env" -}}
- name: NODE_NAME
  valueFrom:
    fieldRef:
      fieldPath: spec.nodeName
# glibc gives each thread a heap of its own and returns little of it: three settings for a small memory limit.
- name: MALLOC_ARENA_MAX
  value: "1"
- name: MALLOC_TRIM_THRESHOLD_
  value: "65536"
- name: MALLOC_MMAP_THRESHOLD_
  value: "32768"
{{- with .Values.awsRegion }}
- name: AWS_REGION
  value: {{ . | quote }}
{{- end }}
{{- if .Values.useFipsEndpoint }}
- name: AWS_USE_FIPS_ENDPOINT
  value: "true"
{{- end }}
{{- with .Values.proxy.httpsProxy }}
- name: HTTPS_PROXY
  value: {{ . | quote }}
{{- end }}
{{- with .Values.proxy.httpProxy }}
- name: HTTP_PROXY
  value: {{ . | quote }}
{{- end }}
{{- with .Values.proxy.noProxy }}
- name: NO_PROXY
  value: {{ . | quote }}
{{- end }}
{{- with .Values.env }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* With allowFileOwner the one capability that giving files away takes, beside those that were asked for. */}}
{{- define "provider.securityContext" -}}
{{- $context := deepCopy .Values.securityContext -}}
{{- if .Values.allowFileOwner -}}
{{- $capabilities := default (dict) $context.capabilities -}}
{{- $added := append (default (list) $capabilities.add) "CHOWN" | uniq -}}
{{- $_ := set $context "capabilities" (merge (dict "add" $added) $capabilities) -}}
{{- end -}}
{{- toYaml $context -}}
{{- end -}}

{{/* A new node's first mounts wait for readiness: ask once a second until the first answer. */}}
{{- define "provider.probes" -}}
{{- $defaults := dict
  "startup" (dict "httpGet" (dict "path" "/livez" "port" "health") "periodSeconds" 1 "failureThreshold" 90 "timeoutSeconds" 2)
  "liveness" (dict "httpGet" (dict "path" "/livez" "port" "health") "periodSeconds" 10 "failureThreshold" 6 "timeoutSeconds" 5)
  "readiness" (dict "httpGet" (dict "path" "/readyz" "port" "health") "periodSeconds" 5 "failureThreshold" 3 "timeoutSeconds" 5) -}}
{{- range $kind := list "startup" "liveness" "readiness" }}
{{- $own := index $.Values.probes $kind }}
{{- if ne (get $own "enabled" | toString) "false" }}
{{ $kind }}Probe:
  {{- omit (mergeOverwrite (index $defaults $kind) $own) "enabled" | toYaml | nindent 2 }}
{{- end }}
{{- end }}
{{- end -}}
