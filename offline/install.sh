#!/bin/sh
# Looks for Python 3.11 and hands over to install.py, which does the work.
kit=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd) || exit 1
for python in "${PYTHON:-}" python3.11 python3 python /usr/local/bin/python3.11; do
    [ -n "$python" ] || continue
    if "$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then
        exec "$python" -I "$kit/install.py"
    fi
done
echo "没有找到 Python 3.11。怎样取得，见 $kit/README.txt。" >&2
echo "Python 3.11 was not found. How to get it: $kit/README.txt" >&2
exit 1
