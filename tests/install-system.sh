#!/bin/sh
# What the tests need of the system: Chromium and a Chinese font for the map, PostgreSQL with
# PostGIS for its source and sink, LibreOffice for report and workbook,
# QGIS for its styles and project. Says what is missing where it may not install.
set -eu

missing=""
better="" # Chromium without windows: a page costs it half the processor
command -v chromium >/dev/null 2>&1 || missing="chromium"
command -v chromium-headless-shell >/dev/null 2>&1 || better="chromium-headless-shell"
fc-list 2>/dev/null | grep -q "CJK" || missing="$missing fonts-noto-cjk"
ls /usr/share/postgresql/*/extension/postgis.control >/dev/null 2>&1 || missing="$missing postgresql-postgis"
[ -e /usr/lib/libreoffice/program/libswlo.so ] || missing="$missing libreoffice-writer-nogui"
[ -e /usr/lib/libreoffice/program/libsclo.so ] || missing="$missing libreoffice-calc-nogui"
[ -d /usr/lib/python3/dist-packages/qgis ] || missing="$missing python3-qgis"
[ -d /usr/lib/python3/dist-packages/osgeo ] || missing="$missing python3-gdal"
[ -n "$missing$better" ] || exit 0

if [ "$(id -u)" = 0 ]; then run=""; elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then run="sudo"; else
  [ -n "$missing" ] || exit 0
  echo "tests: cannot install $missing (not root, no sudo); the tests that need it will fail" >&2
  [ -z "${CI:-}" ] || exit 1
  exit 0
fi
install() {
  # shellcheck disable=SC2086
  $run env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}
$run apt-get update -qq -o Acquire::http::Timeout=20 || [ -z "$missing" ]
# shellcheck disable=SC2086
[ -z "$missing" ] || install $missing fontconfig
[ -z "$better" ] || install "$better" || echo "tests: $better is not to be had; Chromium does its work" >&2
