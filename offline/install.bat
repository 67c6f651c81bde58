@echo off
rem Looks for Python 3.11 and hands over to install.py, which does the work and speaks Chinese.
rem ASCII only: a console may be in any code page.
setlocal DisableDelayedExpansion
set "KIT=%~dp0"
set "CHECK=import sys; sys.exit(sys.version_info[:2] != (3, 11))"
set "CODE=1"

py -3.11 -c "%CHECK%" >nul 2>nul
if not errorlevel 1 goto launcher
python -c "%CHECK%" >nul 2>nul
if not errorlevel 1 goto python
echo Python 3.11 was not found. README.txt says how to get it.
start "" notepad "%KIT%README.txt"
goto end

:launcher
py -3.11 -I "%KIT%install.py"
set "CODE=%ERRORLEVEL%"
goto end

:python
python -I "%KIT%install.py"
set "CODE=%ERRORLEVEL%"

:end
if "%~1"=="" pause
exit /b %CODE%
