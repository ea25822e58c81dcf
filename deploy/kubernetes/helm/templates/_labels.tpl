{{- define "mayfly.selector" -}}
app.kubernetes.io/component: replica
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}
{{- define "mayfly.labels" -}}
app.kubernetes.io/name: mayfly
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}
