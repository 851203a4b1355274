// Everything a host needs to decide.
#pragma once

#include <remit/decision.h>
#include <remit/engine.h>
#include <remit/explanation.h>
#include <remit/facts.h>
#include <remit/fault.h>
#include <remit/limits.h>
#include <remit/log.h>
#include <remit/replay.h>
#include <remit/type.h>
#include <remit/value.h>
