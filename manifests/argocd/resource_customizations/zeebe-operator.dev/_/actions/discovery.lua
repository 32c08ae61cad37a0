return {retry = {}}
