-- For every kind of zeebe-operator.dev: their conditions are those of kstatus, and Reconciling and
-- Stalled are there only while they are True.
local status = obj.status or {}
if status.observedGeneration ~= obj.metadata.generation then
  return {status = "Progressing", message = "Waiting for the operator to look at it"}
end

local conditions = {}
for _, condition in ipairs(status.conditions or {}) do
  if condition.status == "True" then
    conditions[condition.type] = condition
  end
end

local function health(name, condition)
  return {status = name, message = condition.reason .. ": " .. condition.message}
end

if conditions.Stalled then
  return health("Degraded", conditions.Stalled)
elseif conditions.Reconciling then
  return health("Progressing", conditions.Reconciling)
elseif conditions.Ready and obj.spec.suspend == true then
  return health("Suspended", conditions.Ready)
elseif conditions.Ready then
  return health("Healthy", conditions.Ready)
end
return {status = "Progressing", message = "Not Ready yet"}
