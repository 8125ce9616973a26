{{/* The variables of one service. Secrets are referred to; nothing secret is in the chart's output. Call with (dict "root" $ "service" "users"). */}}
{{- define "agora.environment" -}}
{{- $root := .root -}}
{{- $service := .service -}}
{{- $values := .root.Values -}}
- { name: NODE_ENV, value: production }
- { name: HOST, value: "0.0.0.0" }
- { name: METRICS_HOST, value: "0.0.0.0" }
- { name: DRAIN_SECONDS, value: {{ $values.drainSeconds | quote }} }
- { name: INTERNAL_KEY, value: /keys/internal.json }
{{- range list "users" "products" "orders" }}
# A headless service: the name stands for every pod that is ready, and is resolved again every few seconds.
- { name: SUBGRAPH_{{ upper . }}_URL, value: "http://{{ $root.Release.Name }}-{{ . }}:{{ include "agora.port" . }}/graphql" }
{{- end }}
{{- if and $values.redis.existingSecret (has $service (list "gateway" "users")) }}
- name: REDIS_URL
  valueFrom: { secretKeyRef: { name: {{ $values.redis.existingSecret }}, key: {{ $values.redis.key }} } }
{{- end }}
{{- if has $service (list "gateway" "orders") }}
- { name: CORS_TRUSTED_ORIGINS, value: {{ join " " $values.shop.trustedOrigins | quote }} }
{{- end }}
{{- if eq $service "gateway" }}
- { name: TRUSTED_PROXIES, value: {{ join " " $values.ingress.trustedProxies | quote }} }
{{- else }}
- { name: INTERNAL_JWKS, value: /keys/internal-jwks.json }
- name: {{ upper $service }}_DATABASE_URL
  valueFrom:
    secretKeyRef:
      {{- include "agora.database" (dict "root" $root "service" $service) | nindent 6 }}
{{- if $values.rabbitmq.enabled }}
- name: RABBITMQ_URL
  valueFrom: { secretKeyRef: { name: {{ $root.Release.Name }}-rabbitmq-default-user, key: connection_string } }
{{- else if $values.events.rabbitmq.existingSecret }}
- name: RABBITMQ_URL
  valueFrom: { secretKeyRef: { name: {{ $values.events.rabbitmq.existingSecret }}, key: {{ $values.events.rabbitmq.key }} } }
{{- else if $values.events.kafka.brokers }}
- { name: KAFKA_BROKERS, value: {{ join " " $values.events.kafka.brokers | quote }} }
- { name: KAFKA_TLS, value: {{ $values.events.kafka.tls | quote }} }
{{- with $values.events.kafka.existingSecret }}
- name: KAFKA_USERNAME
  valueFrom: { secretKeyRef: { name: {{ . }}, key: username } }
- name: KAFKA_PASSWORD
  valueFrom: { secretKeyRef: { name: {{ . }}, key: password } }
{{- end }}
{{- end }}
{{- end }}
{{- if ne $service "products" }}
- { name: STOREFRONT_URL, value: {{ required "shop.storefrontUrl is needed: where links in mails lead." $values.shop.storefrontUrl | quote }} }
{{- end }}
{{- if ne $service "gateway" }}
- { name: PUBLIC_URL, value: {{ required "shop.publicUrl is needed: the gateway's https address." $values.shop.publicUrl | quote }} }
{{- end }}
{{- if eq $service "products" }}
{{- with $values.productsReplica.existingSecret }}
- name: PRODUCTS_READ_DATABASE_URL
  valueFrom: { secretKeyRef: { name: {{ . }}, key: {{ $values.productsReplica.key }} } }
{{- end }}
{{- with $values.media.url }}
- { name: MEDIA_URL, value: {{ . | quote }} }
{{- end }}
{{- with $values.media.s3 }}
{{- if .bucket }}
- { name: MEDIA_STORAGE, value: s3 }
- { name: MEDIA_S3_BUCKET, value: {{ .bucket | quote }} }
- { name: MEDIA_S3_REGION, value: {{ .region | quote }} }
{{- with .endpoint }}
- { name: MEDIA_S3_ENDPOINT, value: {{ . | quote }} }
{{- end }}
{{- $secret := required "media.s3.existingSecret is needed: the Secret with the bucket's key." .existingSecret }}
- name: MEDIA_S3_ACCESS_KEY_ID
  valueFrom: { secretKeyRef: { name: {{ $secret }}, key: access-key-id } }
- name: MEDIA_S3_SECRET_ACCESS_KEY
  valueFrom: { secretKeyRef: { name: {{ $secret }}, key: secret-access-key } }
{{- else }}
- { name: MEDIA_DIRECTORY, value: /media }
{{- end }}
{{- end }}
{{- end }}
{{- if has $service (list "users" "orders") }}
- name: TOKEN_KEY
  valueFrom: { secretKeyRef: { name: {{ $values.keys.existingSecret }}, key: token-key } }
- { name: SMTP_HOST, value: {{ required "mail.host is needed: the mail server." $values.mail.host | quote }} }
- { name: SMTP_PORT, value: {{ $values.mail.port | quote }} }
- { name: SMTP_TLS, value: {{ $values.mail.tls | quote }} }
- { name: SMTP_SENDER, value: {{ required "mail.sender is needed: the sender of mails." $values.mail.sender | quote }} }
{{- with $values.mail.existingSecret }}
- name: SMTP_USERNAME
  valueFrom: { secretKeyRef: { name: {{ . }}, key: username } }
- name: SMTP_PASSWORD
  valueFrom: { secretKeyRef: { name: {{ . }}, key: password } }
{{- end }}
{{- end }}
{{- if eq $service "users" }}
- { name: ACCESS_KEYS, value: /keys/access.jwks }
{{- end }}
{{- if eq $service "orders" }}
- { name: PAYMENT_PROVIDERS, value: {{ join " " $values.payments.providers | quote }} }
{{- if has "stripe" $values.payments.providers }}
{{- $stripe := required "payments.stripe.existingSecret is needed: the Secret with Stripe's keys." $values.payments.stripe.existingSecret }}
- name: STRIPE_SECRET_KEY
  valueFrom: { secretKeyRef: { name: {{ $stripe }}, key: secret-key } }
- name: STRIPE_WEBHOOK_SECRET
  valueFrom: { secretKeyRef: { name: {{ $stripe }}, key: webhook-secret } }
{{- end }}
{{- end }}
{{- range $name, $value := merge (dict) (index $values $service).env $values.env }}
- { name: {{ $name }}, value: {{ $value | quote }} }
{{- end }}
{{- end }}
