"""The collections that can be read, field by field. Source: the official client, 8.8 to 8.10.

A table: a collection with the field that is its key, then lines of a kind and the names of fields.
What follows a colon holds for the line's fields: `since`, `until` and `advanced` are minor
versions, `plain` is never advanced; `hidden` is only searched by, `shown` is only told; `words` is
what it can be.
"""

from collections.abc import Mapping
from typing import Any, Final

from zeebe_engine.reading.fields import NEVER, Collection, Field

_TABLE: Final = """
process-instances processInstanceKey
  text processDefinitionId tenantId
  optional processDefinitionName processDefinitionVersionTag
  optional businessId : since=9
  integer processDefinitionVersion
  key processInstanceKey processDefinitionKey parentProcessInstanceKey parentElementInstanceKey
  key rootProcessInstanceKey : since=9 shown
  date startDate endDate
  date suspendedDate : since=10
  word state : words=ACTIVE,COMPLETED,TERMINATED,SUSPENDED
  flag hasIncident
  texts tags : unsorted
element-instances elementInstanceKey
  text processDefinitionId tenantId : plain
  text elementId elementName : advanced=9
  key elementInstanceKey processInstanceKey processDefinitionKey incidentKey : plain
  key rootProcessInstanceKey : since=9 shown
  key elementInstanceScopeKey : plain hidden
  date startDate endDate
  word state : words=ACTIVE,COMPLETED,TERMINATED
  word type : plain
  flag hasIncident : unsorted
process-definitions processDefinitionKey
  text processDefinitionId
  text resourceName tenantId : plain
  optional name
  optional versionTag : plain
  integer version : plain
  key processDefinitionKey : plain
  flag hasStartForm : unsorted
  flag isLatestVersion : hidden
  word state : since=10 plain unsorted words=ACTIVE,DRAINING,DELETED
variables variableKey
  text name value
  text tenantId : plain
  key variableKey scopeKey processInstanceKey
  key rootProcessInstanceKey : since=9 shown
  flag isTruncated : unsorted
incidents incidentKey
  text processDefinitionId elementId errorMessage tenantId : advanced=9
  word errorType : advanced=9
  word state : advanced=9 words=ACTIVE,MIGRATED,RESOLVED,PENDING,UNKNOWN
  key incidentKey processInstanceKey elementInstanceKey processDefinitionKey jobKey : advanced=9
  key rootProcessInstanceKey : since=9 shown
  date creationTime
jobs jobKey
  text type worker processDefinitionId elementId tenantId
  optional errorCode errorMessage deniedReason
  optional businessId : since=10 shown
  integer retries
  integer priority : since=10
  key jobKey processInstanceKey elementInstanceKey processDefinitionKey
  key rootProcessInstanceKey : since=9 shown
  date deadline endTime
  date creationTime lastUpdateTime : since=9
  word state kind listenerEventType
  flag hasFailedWithRetriesLeft isDenied
  headers customHeaders : shown
user-tasks userTaskKey
  text elementId : plain unsorted
  text processDefinitionId : advanced=9 unsorted
  text tenantId : unsorted
  optional name : advanced=9
  optional assignee : unsorted
  optional businessId : since=10
  optional processName externalFormReference : shown
  integer priority
  integer processDefinitionVersion : shown
  key userTaskKey elementInstanceKey : plain unsorted
  key processInstanceKey processDefinitionKey : advanced=9 unsorted
  key formKey : shown
  key rootProcessInstanceKey : since=9 shown
  date creationDate completionDate followUpDate dueDate
  word state : unsorted
  texts candidateGroups candidateUsers : shown
  texts tags : since=9 unsorted
  headers customHeaders : shown
decision-definitions decisionDefinitionKey
  text decisionDefinitionId decisionRequirementsId name tenantId : plain
  text decisionRequirementsName : since=9 plain
  integer version : plain
  integer decisionRequirementsVersion : since=9 plain
  key decisionDefinitionKey decisionRequirementsKey : plain
  flag isLatestVersion : since=9 hidden
decision-requirements decisionRequirementsKey
  text decisionRequirementsId decisionRequirementsName tenantId : plain
  text resourceName : plain unsorted
  integer version : plain
  key decisionRequirementsKey : plain
message-subscriptions messageSubscriptionKey
  text messageName processDefinitionId elementId tenantId
  optional correlationKey
  optional businessId : since=10
  optional processDefinitionName toolName inboundConnectorType : since=9
  integer processDefinitionVersion : since=9
  key messageSubscriptionKey processInstanceKey elementInstanceKey
  key processDefinitionKey : unsorted
  key rootProcessInstanceKey : since=9 shown
  date lastUpdatedDate
  word messageSubscriptionState : words=CREATED,CORRELATED,DELETED,MIGRATED
  word messageSubscriptionType : since=9 words=PROCESS_EVENT,START_EVENT
  headers extensionProperties : since=9 until=9 shown
  headers toolProperties : since=10 shown
correlated-message-subscriptions correlationId
  text messageName processDefinitionId elementId tenantId
  optional correlationKey
  optional businessId : since=10
  integer partitionId
  key messageKey subscriptionKey processInstanceKey elementInstanceKey processDefinitionKey
  key rootProcessInstanceKey : since=9 shown
  date correlationTime
"""
_ALTERNATIVES: Final = {"process-instances": 8, "element-instances": 10, "user-tasks": 10}
_NOT_DONE: Final = {
    "process-instances": "batchOperationId batchOperationKey errorMessage hasRetriesLeft elementId"
    " elementInstanceState hasElementInstanceIncident incidentErrorHashCode",
    "user-tasks": "candidateGroup candidateUser processInstanceVariables localVariables",
}
_OPTIONS: Final[Mapping[str, Mapping[str, Any]]] = {
    "plain": {"advanced": NEVER},
    "unsorted": {"is_sorted": False},
    "shown": {"is_filtered": False, "is_sorted": False},
    "hidden": {"is_told": False, "is_sorted": False},
}


def _options(text: str) -> dict[str, Any]:
    options: dict[str, Any] = {}
    for word in text.split():
        name, _, value = word.partition("=")
        if name == "words":
            options[name] = frozenset(value.split(","))
        else:
            options |= {name: int(value)} if value else _OPTIONS[name]
    return options


def _collections() -> dict[str, Collection]:
    found: dict[str, Collection] = {}
    fields: dict[str, Field] = {}
    for line in _TABLE.strip().splitlines():
        declared, _, options = line.partition(" : ")
        first, *names = declared.split()
        if line.startswith(" "):
            fields |= dict.fromkeys(names, Field(first, **_options(options)))
        else:
            fields = {}
            not_done = frozenset(_NOT_DONE.get(first, "").split())
            or_since = _ALTERNATIVES.get(first, NEVER)
            found[first] = Collection(first, names[0], fields, or_since, not_done)
    return found


COLLECTIONS: Final[Mapping[str, Collection]] = _collections()
