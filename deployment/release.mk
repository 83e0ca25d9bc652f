# From source to an image repository, as users of the official provider know it: `make PRIVREPO=…` logs in, builds for
# both architectures and pushes there. Without PRIVREPO nothing is logged in to and nothing pushed.
#
#: PRIVREPO      registry and name of the image, for all and install; no default
#: REGION        of an ECR registry (default us-east-1)
#: VERSION       tag of the image (default: that of package.json)
#: PLATFORMS     architectures of the image (default linux/amd64,linux/arm64)
#: BUILDER BASE  images to build in and to put the executable on, best by digest
#: DOCKER HELM   programs in place of docker and helm
#: DRIVER_CHART  folder of the driver's chart, in place of its repository

CHART := deployment/chart/$(NAME)
# Our public repository is written down once, in the chart's values; the installers are made from the chart.
PUBLIC_REPOSITORY := $(shell sed -n 's/^  repository: //p' $(CHART)/values.yaml)
VERSION ?= $(shell sed -n 's/^  "version": "\(.*\)",$$/\1/p' package.json)
CHART_VERSION = $(shell sed -n 's/^version: //p' $(CHART)/Chart.yaml)
MAJOR = $(firstword $(subst ., ,$(VERSION)))

REPOSITORY = $(or $(PRIVREPO),$(PUBLIC_REPOSITORY))
REGISTRY = $(firstword $(subst /, ,$(REPOSITORY)))
AWS_REGION = $(or $(REGION),us-east-1)
NEED = DOCKER='$(DOCKER)' HELM='$(HELM)' scripts/need.sh
# public.ecr.aws answers in us-east-1 alone.
ECR = $(if $(filter public.ecr.aws,$(REGISTRY)),ecr-public,ecr)
ECR_REGION = $(if $(filter ecr-public,$(ECR)),us-east-1,$(AWS_REGION))

PLATFORMS ?= linux/amd64,linux/arm64
DOCKER ?= docker
# Bases with digests come from the release script; see docs/private-builds.md.
IMAGE_ARGS = $(if $(BUILDER),--build-arg BUILDER=$(BUILDER)) $(if $(BASE),--build-arg BASE=$(BASE))
# Files in the layers carry the time of the last commit, so that the same source gives the same image.
SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || echo 0)
BUILDX = SOURCE_DATE_EPOCH=$(SOURCE_DATE_EPOCH) $(DOCKER) buildx build --file Dockerfile.distroless $(IMAGE_ARGS) \
	--build-arg VERSION=$(VERSION) --platform $(PLATFORMS)

.DEFAULT_GOAL := all
.PHONY: all
all: check-destination check-image docker-login docker-unpublished docker-push ## log in, build the image and push it to $PRIVREPO

.PHONY: check-destination
check-destination:
	@if [ -z '$(PRIVREPO)' ]; then \
	  echo 'make: PRIVREPO is not set; name the repository to push to, for example PRIVREPO=111122223333.dkr.ecr.eu-west-1.amazonaws.com/$(NAME). "make help" lists what else there is' >&2; exit 2; fi
	@$(NEED) make aws docker buildx

.PHONY: check-image
check-image:
	@scripts/check-image.sh '$(REPOSITORY)' '$(VERSION)' '$(PLATFORMS)'

.PHONY: docker-login
docker-login: check-destination check-image
	aws --region $(ECR_REGION) $(ECR) get-login-password | $(DOCKER) login --username AWS --password-stdin $(REGISTRY)

.PHONY: docker-unpublished
docker-unpublished: docker-login
	DOCKER='$(DOCKER)' scripts/refuse-published.sh $(REPOSITORY):$(VERSION)

.PHONY: docker-push
docker-push: docker-unpublished
	$(BUILDX) --output type=image,push=true,rewrite-timestamp=true --provenance=mode=max \
		--tag $(REPOSITORY):latest --tag $(REPOSITORY):$(VERSION) --tag $(REPOSITORY):$(MAJOR) .

.PHONY: image
image: check-image ## build the image into dist/image.tar, push nothing
	@$(NEED) 'make image' docker buildx
	@mkdir -p dist
	$(BUILDX) --output type=oci,dest=dist/image.tar,rewrite-timestamp=true --tag $(REPOSITORY):$(VERSION) .

.PHONY: chart
chart: ## package the Helm chart into dist/
	@$(NEED) 'make chart' helm
	scripts/stage-chart.sh dist/chart/$(NAME) $(or $(DRIVER_CHART),repository)
	$(or $(HELM),helm) package dist/chart/$(NAME) --destination dist

# Not beside the image, whose tags are versions too.
CHARTS = oci://$(patsubst %/,%,$(dir $(REPOSITORY)))/charts

.PHONY: chart-push
chart-push: chart-destination check-image chart ## push the Helm chart beside the image of $PRIVREPO
	aws --region $(ECR_REGION) $(ECR) get-login-password | $(or $(HELM),helm) registry login --username AWS --password-stdin $(REGISTRY)
	@if $(or $(HELM),helm) show chart $(CHARTS)/$(NAME) --version $(CHART_VERSION) >/dev/null 2>&1; then \
	  echo 'make chart-push: $(CHARTS)/$(NAME) has version $(CHART_VERSION) already, and a version is never overwritten' >&2; exit 1; fi
	$(or $(HELM),helm) push dist/$(NAME)-$(CHART_VERSION).tgz $(CHARTS)

.PHONY: chart-destination
chart-destination:
	@if [ -z '$(PRIVREPO)' ]; then \
	  echo 'make chart-push: PRIVREPO is not set; name the repository of the image, the chart goes to charts/ beside it' >&2; exit 2; fi
	@$(NEED) 'make chart-push' aws helm

.PHONY: installers
installers: packages ## make the installer manifests anew from the chart
	@scripts/with-node node scripts/generate-installers.ts

.PHONY: install
install: ## apply the installer for $PRIVREPO to the current cluster
	@if [ -z '$(PRIVREPO)' ]; then \
	  echo 'make install: PRIVREPO is not set; name the repository that "make" pushed to, or apply deployment/aws-provider-installer.yaml' >&2; exit 2; fi
	@$(NEED) 'make install' envsubst kubectl
	PRIVREPO='$(PRIVREPO)' envsubst '$$PRIVREPO' <deployment/private-installer.yaml | kubectl apply -f -
