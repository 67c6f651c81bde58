#!/bin/sh
# What the tests need of the system: Chromium and a Chinese font for the map, PostgreSQL with
# PostGIS for its source and sink, LibreOffice for report and workbook,
# QGIS for its styles and project. Says what is missing where it may not install.
set -eu

missing=""
command -v chromium >/dev/null 2>&1 || missing="chromium"
fc-list 2>/dev/null | grep -q "CJK" || missing="$missing fonts-noto-cjk"
ls /usr/share/postgresql/*/extension/postgis.control >/dev/null 2>&1 || missing="$missing postgresql-postgis"
[ -e /usr/lib/libreoffice/program/libswlo.so ] || missing="$missing libreoffice-writer-nogui"
[ -e /usr/lib/libreoffice/program/libsclo.so ] || missing="$missing libreoffice-calc-nogui"
[ -d /usr/lib/python3/dist-packages/qgis ] || missing="$missing python3-qgis"
[ -d /usr/lib/python3/dist-packages/osgeo ] || missing="$missing python3-gdal"
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then run=""; elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then run="sudo"; else
  echo "tests: cannot install $missing (not root, no sudo); the tests that need it will fail" >&2
  [ -z "${CI:-}" ] || exit 1
  exit 0
fi
$run apt-get update -qq
# shellcheck disable=SC2086
DEBIAN_FRONTEND=noninteractive $run apt-get install -y -qq --no-install-recommends $missing fontconfig >/dev/null
