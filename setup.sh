#!/bin/sh
# Installs the Debian packages that building, testing and running need, and says so. Does nothing, at once, when
# nothing is missing. On other systems it names what to install.
set -eu

# cmake, a C++ compiler and sqlite3 build PROJ, which comes as source; fontconfig finds rare characters in the machine's
# fonts; the rest opens the window and draws on machines without a graphics card.
packages="cmake g++ make pkg-config sqlite3 libfontconfig1-dev libvulkan1 mesa-vulkan-drivers libx11-6 libx11-xcb1 libxcursor1 libxi6
libxrandr2 libxkbcommon0 libxkbcommon-x11-0 libwayland-client0 libwayland-egl1 libwayland-cursor0"

if ! command -v cargo >/dev/null 2>&1; then
    echo "jiedao needs Rust 1.95 or newer (cargo was not found): https://rustup.rs" >&2
    exit 1
fi

if ! command -v dpkg-query >/dev/null 2>&1; then
    for tool in cmake c++ sqlite3; do
        if ! command -v "$tool" >/dev/null 2>&1; then
            echo "This is not Debian: please install '$tool' and the window and Vulkan libraries of your system." >&2
            exit 1
        fi
    done
    exit 0
fi

missing=""
for package in $packages; do
    case "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)" in
        installed) ;;
        *) missing="$missing $package" ;;
    esac
done
[ -n "$missing" ] || exit 0

as_root=""
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
        echo "Please install these packages as root, then run this again:$missing" >&2
        exit 1
    fi
    as_root=sudo
fi
echo "Installing missing system packages:$missing"
$as_root apt-get update -qq
# shellcheck disable=SC2086 # the list is meant to be split
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
