#!/bin/sh
# Chromium and Node for the browser tests: installed where this is a Debian machine and we may, else said what to install.
set -eu

has() { command -v "$1" >/dev/null 2>&1; }
browser() { [ -n "${PBR_CHROMIUM:-}" ] || has chromium || has chromium-browser || has google-chrome; }
# Debian 12 has Node 18.20: the versions in package.json are the newest that run on it.
node_is_new() { has node && has npm && node -e 'const [a, b] = process.versions.node.split("."); process.exitCode = a * 100 + Number(b) < 1819 ? 1 : 0'; }

wanted=""
browser || wanted="chromium"
has node && has npm || wanted="$wanted nodejs npm"
if [ -n "$wanted" ] && has apt-get && [ "$(id -u)" = 0 ]; then
  echo "Installing $wanted for the browser tests (once) ..." >&2
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $wanted; } >/dev/null || true
fi
browser || { echo "not checked: the pages in a browser. Install Chromium (Debian: apt-get install chromium), or say where it is: PBR_CHROMIUM=/path/to/chromium" >&2; exit 1; }
node_is_new || { echo "not checked: the pages in a browser. Install Node 18.19 or newer, with npm (Debian: apt-get install nodejs npm)" >&2; exit 1; }
