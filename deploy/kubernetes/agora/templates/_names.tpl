{{- define "agora.services" -}}gateway users products orders{{- end }}

{{- define "agora.labels" -}}
app.kubernetes.io/name: agora
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{/* Of the pods of one service. Call with (dict "root" $ "service" "users"). */}}
{{- define "agora.selector" -}}
app.kubernetes.io/name: agora
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .service }}
{{- end }}

{{- define "agora.image" -}}
{{ required "image.repository is needed: the image to run." .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{/* The Secret and the key of a database's URL: the operator's, or the one that was named. Call with (dict "root" $ "service" "users"). */}}
{{- define "agora.database" -}}
{{- $given := index .root.Values.databases .service -}}
{{- if .root.Values.postgres.enabled -}}
name: {{ .root.Release.Name }}-{{ .service }}-app
key: uri
{{- else -}}
name: {{ required (printf "databases.%s.existingSecret is needed: the Secret with the URL of the %s database." .service .service) $given.existingSecret }}
key: {{ $given.key }}
{{- end -}}
{{- end }}

{{- define "agora.port" -}}{{ index (dict "gateway" 4000 "users" 4001 "products" 4002 "orders" 4003) . }}{{- end }}
{{- define "agora.metricsPort" -}}{{ index (dict "gateway" 9400 "users" 9401 "products" 9402 "orders" 9403) . }}{{- end }}

{{- define "agora.podSecurity" -}}
runAsNonRoot: true
runAsUser: 1000
runAsGroup: 1000
fsGroup: 1000
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "agora.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}
