// Everything a host needs to decide.
#pragma once

#include <remit/answer.h>
#include <remit/approval.h>
#include <remit/decision.h>
#include <remit/engine.h>
#include <remit/explanation.h>
#include <remit/facts.h>
#include <remit/fault.h>
#include <remit/item.h>
#include <remit/limits.h>
#include <remit/log.h>
#include <remit/meter.h>
#include <remit/possibility.h>
#include <remit/reader.h>
#include <remit/reloader.h>
#include <remit/replay.h>
#include <remit/reservation.h>
#include <remit/schema.h>
#include <remit/shadow.h>
#include <remit/trust.h>
#include <remit/type.h>
#include <remit/typed_value.h>
#include <remit/window.h>
