// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/typedkeys.h"

#include "ui/theme/typedtext.h"

#include <QAbstractItemView>
#include <QComboBox>

namespace bartizan {
namespace {

/// Claims what is typed before a shortcut gets it.
class TypedKeys : public QObject {
public:
    using QObject::QObject;

protected:
    bool eventFilter(QObject *watched, QEvent *event) override
    {
        if (event->type() != QEvent::ShortcutOverride)
            return QObject::eventFilter(watched, event);
        const bool typed = typesText(*static_cast<QKeyEvent *>(event));
        if (typed)
            event->accept();
        return typed;
    }
};

} // namespace

void keepTypedKeys(QComboBox *box)
{
    box->installEventFilter(new TypedKeys(box));
    keepTypedKeys(box->view());
}

void keepTypedKeys(QAbstractItemView *list)
{
    list->installEventFilter(new TypedKeys(list));
}

} // namespace bartizan
